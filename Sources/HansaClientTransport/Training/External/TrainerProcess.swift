import CPosix
import HansaNumerics

/// A trainer's process and the pipes to it; it ends with this object.
package final class TrainerProcess {
    /// How long a process that is not wanted any more may take to see the end of its input.
    private static let graceMilliseconds: UInt32 = 1_000

    private var child = hansa_child(process: -1, input: -1, output: -1)

    /// Starts a program with its arguments.
    ///
    /// - Parameter errors: what becomes its standard error; negative for our own.
    package init(command: [String], errors: Int32 = -1) throws(ExternalTrainingFailure) {
        var text: [CChar] = []
        var starts: [Int] = []
        for word in command {
            starts.append(text.count)
            for byte in word.bytes { text.append(CChar(bitPattern: byte)) }
            text.append(0)
        }
        let result = text.withUnsafeMutableBufferPointer { text in
            var words: [UnsafeMutablePointer<CChar>?] = starts.map { start in text.baseAddress.map { $0 + start } }
            words.append(nil)
            return hansa_child_start(words, errors, &child)
        }
        guard result >= 0 else { throw .cannotStart(error: result) }
    }

    deinit { hansa_child_end(&child, Self.graceMilliseconds) }

    /// Whether it lives and says nothing unasked.
    package var isReady: Bool { child.process > 0 && hansa_child_is_quiet(&child) != 0 }

    /// Ends it at once.
    package func kill() { hansa_child_end(&child, 0) }

    /// Sends one message and waits for the answer.
    package func ask(_ message: [UInt8], milliseconds: UInt64) throws(ExternalTrainingFailure) -> [UInt8] {
        let deadline = hansa_monotonic_milliseconds() + milliseconds
        var frame = ByteWriter(reservingCapacity: message.count + 4)
        frame.writeCounted(message)
        let written = frame.bytes.withUnsafeBytes { hansa_child_write(&child, $0.baseAddress, $0.count, deadline) }
        guard written >= 0 else { throw failure(milliseconds: milliseconds, deadline: deadline) }
        let prefix = try read(4, deadline: deadline, milliseconds: milliseconds)
        var count: UInt32 = 0
        for (index, byte) in prefix.enumerated() { count |= UInt32(byte) << UInt32(8 * index) }
        guard count >= 1, count <= UInt32(ExternalTrainingRunner.messageByteCountMax) else {
            throw .wrongLength(got: count)
        }
        return try read(Int(count), deadline: deadline, milliseconds: milliseconds)
    }

    private func read(
        _ count: Int,
        deadline: UInt64,
        milliseconds: UInt64
    ) throws(ExternalTrainingFailure) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let result = bytes.withUnsafeMutableBytes { hansa_child_read(&child, $0.baseAddress, $0.count, deadline) }
        guard result >= 0 else { throw failure(milliseconds: milliseconds, deadline: deadline) }
        return bytes
    }

    /// A pipe fails because the time is over or because the other end is gone.
    private func failure(milliseconds: UInt64, deadline: UInt64) -> ExternalTrainingFailure {
        hansa_monotonic_milliseconds() >= deadline ? .tooLate(milliseconds: milliseconds) : .ended
    }
}
