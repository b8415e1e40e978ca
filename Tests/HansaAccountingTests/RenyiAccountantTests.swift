import Testing

@testable import HansaAccounting

@Suite struct RenyiAccountantTests {}
