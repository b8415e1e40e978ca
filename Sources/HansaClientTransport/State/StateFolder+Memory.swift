#if !hasFeature(Embedded)
import HansaClient

/// What the client remembers between its rounds.
extension StateFolder {
    private static let memoryName = "memory"
    /// Two states of the largest model, and what stands around them.
    private static let memoryByteCountMax: UInt64 = 40 << 30

    /// What is remembered; empty where nothing was kept yet.
    ///
    /// A damaged file is as none: a plan that counts on its content is then refused, and one that can do without starts
    /// anew.
    func memory() throws(StateError) -> ClientMemory {
        let file = path + "/" + Self.memoryName
        do throws(SystemError) {
            return ClientMemory(bytes: try Files.read(file, byteCountMax: Self.memoryByteCountMax)) ?? ClientMemory()
        } catch {
            if error == .noSuchFile { return ClientMemory() }
            throw StateError("read", file, error)
        }
    }

    /// Makes the byte form of a memory durable.
    func keep(memory bytes: [UInt8]) throws(StateError) {
        do throws(SystemError) {
            try Files.replace(Self.memoryName, in: path, with: [bytes])
        } catch {
            throw StateError("written", path + "/" + Self.memoryName, error)
        }
    }
}
#endif
