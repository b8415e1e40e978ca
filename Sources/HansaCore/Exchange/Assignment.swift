/// One piece of work handed to one client.
public struct Assignment: Hashable, Sendable {
    public var id: AssignmentID
    public var plan: RoundPlan

    public init(id: AssignmentID, plan: RoundPlan) {
        self.id = id
        self.plan = plan
    }
}
