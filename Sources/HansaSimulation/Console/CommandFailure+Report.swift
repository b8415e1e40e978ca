public import HansaReport

extension CommandFailure {
    public init(_ error: ReportError) {
        switch error {
        case .missing: self.init(.noInput, error.description)
        case .damaged: self.init(.data, error.description)
        case .unwritable: self.init(.io, error.description)
        }
    }
}
