/// One piece of work handed to one client.
public struct Assignment: Hashable, Sendable {
    public var id: AssignmentID
    public var plan: RoundPlan
    #if !hasFeature(Embedded)
    /// The last committed round in which an update of this client was counted that changed what the client remembers;
    /// 0 for none, and where the plan asks for no memory.
    public var memoryRound: UInt32 = 0
    #endif

    public init(id: AssignmentID, plan: RoundPlan) {
        self.id = id
        self.plan = plan
    }
}
