import Foundation

/// The most memory that this process has held in RAM.
enum PeakMemory {
    /// As Linux says in `VmHWM`: what `getrusage` says begins with the memory of the process that started this one.
    static var bytes: Int? {
        guard let handle = FileHandle(forReadingAtPath: "/proc/self/status"),
            let data = try? handle.read(upToCount: 1 << 16)
        else { return nil }
        let line = String(decoding: data, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        let kibibytes = line.flatMap { Int($0.filter { $0.isASCII && $0.isNumber }) }
        return kibibytes.map { $0 &* 1024 }
    }
}
