import ArgumentParser

/// `hansa privacy`: what noise costs, how much is needed, and what a plan with it looks like.
struct PrivacyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "privacy",
        abstract: "Account for noise, size it, plan with it, draw it, and audit it.",
        discussion: """
            Everywhere: the unit is one client's whole contribution to a round, and neighbours are replace-one: that \
            contribution becomes any other that keeps the bound. Sensitivities are in units of the lattice's step, and \
            twice the bound on one update's integers. Nothing is amplified by sampling of clients.
            """,
        subcommands: [
            PrivacyEpsilonCommand.self, PrivacyCalibrateCommand.self, PrivacyPlanCommand.self,
            PrivacySampleCommand.self, PrivacyAuditCommand.self,
        ]
    )
}
