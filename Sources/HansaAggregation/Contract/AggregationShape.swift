public import HansaCore
public import HansaNumerics

/// What an aggregator must know before the first update: the model's schema, the plan's lattices, and the largest cohort.
public struct AggregationShape: Sendable {
    public let schema: ParameterSchema
    /// The plan of each role that takes part; one, for most strategies.
    public let plans: [ClientRole: RoundPlan]
    /// The most updates that may be taken in: the overflow bound was computed for it.
    public let cohortMax: Int

    /// Validates every plan against the schema and the cohort.
    public init(schema: ParameterSchema, plans: [ClientRole: RoundPlan], cohortMax: Int) throws(PlanError) {
        for plan in plans.values { try plan.validate(schema: schema, cohortMax: cohortMax) }
        self.schema = schema
        self.plans = plans
        self.cohortMax = cohortMax
    }
}
