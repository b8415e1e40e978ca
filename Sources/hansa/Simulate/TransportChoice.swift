import ArgumentParser

/// How `hansa simulate` lets clients and coordinator speak.
enum TransportChoice: String, CaseIterable, ExpressibleByArgument {
    /// As values, in this process.
    case inProcess
    /// As the bytes of a deployment, in this process.
    case framed
    /// Real processes over TLS.
    case tls
}
