import HansaWire

/// Which frame may come next, asked when its header is there and before memory for its body is taken.
struct FrameGate {
    let session: UInt64
    let sequence: UInt32
    let state: SessionState
    let dataByteCountMax: Int

    func check(_ header: FrameHeader) throws(WireError) {
        if case .greeting = state {
            guard header.kind == .hello else { throw .unexpected(header.kind) }
        }
        // A client that refuses our Welcome has no session number yet.
        let isRefusalOfWelcome = header.kind == .refusal && header.session == 0 && sequence == 1
        guard header.session == session || isRefusalOfWelcome else { throw .wrongSession }
        // The last number is never used, so that none comes twice.
        guard header.sequence == sequence, sequence < WireLimits.frameCountMax else {
            throw .wrongSequence(got: header.sequence, expected: sequence)
        }
        guard header.kind.isFromClient, state.admits(header.kind) else { throw .unexpected(header.kind) }
        guard header.dataByteCount <= dataByteCountMax else {
            throw .tooLarge(got: header.dataByteCount, max: dataByteCountMax)
        }
    }
}
