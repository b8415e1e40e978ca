import HansaServerTransport

extension ServerLimits {
    /// Sets the limit of a name in ``table``.
    mutating func set(_ name: String, to value: UInt64) {
        switch name {
        case "greeting-milliseconds": greetingMilliseconds = UInt32(clamping: value)
        case "greeting-bytes": greetingByteCountMax = Int(clamping: value)
        case "half-open": halfOpenCountMax = Int(clamping: value)
        case "half-open-per-source": halfOpenPerSourceCountMax = Int(clamping: value)
        case "sessions": sessionCountMax = Int(clamping: value)
        case "idle-milliseconds": idleMilliseconds = UInt32(clamping: value)
        case "write-milliseconds": writeMilliseconds = UInt32(clamping: value)
        case "heartbeat-milliseconds": heartbeatMilliseconds = UInt32(clamping: value)
        case "hold-milliseconds": holdMilliseconds = UInt32(clamping: value)
        case "chunk-bytes": chunkByteCountMax = UInt32(clamping: value)
        case "window-bytes": windowByteCount = UInt32(clamping: value)
        case "write-bytes": writeByteCountHigh = Int(clamping: value)
        case "linger-milliseconds": lingerMilliseconds = UInt32(clamping: value)
        case "retry-milliseconds": retryMilliseconds = UInt32(clamping: value)
        case "retry-jitter-milliseconds": retryJitterMilliseconds = UInt32(clamping: value)
        case "shutdown-milliseconds": shutdownMilliseconds = UInt32(clamping: value)
        case "backlog": backlog = Int32(clamping: value)
        default: preconditionFailure("the configuration knows the limits of the table alone")
        }
    }
}
