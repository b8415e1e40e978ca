public import HansaClient
public import HansaCore
public import HansaNumerics
public import HansaWire

/// What does the work of a plan on a device: everything between a model and the bytes that leave.
///
/// The client's loop holds one for as long as it lives and calls it once an assignment. A call takes as long as training
/// takes; whatever goes wrong in it costs that round only and is answered with the reason to withdraw with.
public protocol TrainingRunner {
    /// What kind of trainer this is, as Hello says it.
    var kind: TrainerKind { get }

    /// Trains from the model and encodes the update by the plan.
    ///
    /// - Parameters:
    ///   - assignment: the work, its plan readable and within the client's policy.
    ///   - schema: the model's blocks.
    ///   - model: the parameters to start from, in schema order, their digest checked.
    mutating func train(
        _ assignment: Assignment,
        schema: ParameterSchema,
        model: [Float]
    ) -> Result<TrainedUpdate, RefusalReason>

    #if !hasFeature(Embedded)
    /// Takes what the client remembers, before each training whose plan asks for it.
    mutating func take(_ memory: ClientMemory)
    #endif

    /// Why the last call gave nothing, for the device's own log, where there is more to say than the reason.
    var failureText: String? { get }
}

extension TrainingRunner {
    public var failureText: String? { nil }
    #if !hasFeature(Embedded)
    public mutating func take(_ memory: ClientMemory) {}
    #endif
}
