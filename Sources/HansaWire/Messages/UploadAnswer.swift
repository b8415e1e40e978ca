public import HansaCore

/// What became of an update.
public struct UploadAnswer: Hashable, Sendable {
    public var assignment: AssignmentID
    public var answer: SubmissionAnswer
    /// With a refusal of the class "retry later": not before so many milliseconds.
    public var retryMilliseconds: UInt32

    public init(assignment: AssignmentID, answer: SubmissionAnswer, retryMilliseconds: UInt32 = 0) {
        self.assignment = assignment
        self.answer = answer
        self.retryMilliseconds = retryMilliseconds
    }
}
