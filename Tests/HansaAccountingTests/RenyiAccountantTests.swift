import Foundation
import HansaCore
import HansaPrivacy
import PrivacyTestSupport
import Testing

@testable import HansaAccounting

@Suite("Rényi accounting")
struct RenyiAccountantTests {
    @Test(
        "fine discrete Laplace noise has the divergence of the continuous law",
        arguments: PrivacyVectors.shared.divergences
    )
    func laplaceDivergence(row: PrivacyVectors.Divergence) throws {
        // Scale 10^5 steps, so that the lattice is fine; Δ₁ = ε₀ · scale.
        let event = PrivacyEvent.release(
            .discreteLaplace(scale: try Ratio(100_000)),
            l1: UInt64((row.eps0 * 100_000).rounded())
        )
        let reported = try event.renyiDivergence(order: row.alpha)
        #expect(abs(reported - row.rdp) <= row.rdp * 1e-7)
        // Seven digits of the rows are above what they stand for by nothing: never below by more than rounding.
        #expect(reported >= row.rdp * (1 - 1e-8))
    }

    @Test(
        "discrete Laplace noise of any scale has its summed divergence, split or not",
        arguments: [1, 2, 5, 20] as [UInt64]
    )
    func summedLaplace(scale: UInt64) throws {
        func summed(shift: Int, order: Double) -> Double {
            let rate = 1 / Double(scale)
            let logs = (-2000...2000).map { z in
                log(tanh(rate / 2)) - rate * (order * Double(abs(z)) + (1 - order) * Double(abs(z - shift)))
            }
            let largest = logs.max() ?? 0
            return (largest + log(logs.reduce(0) { $0 + exp($1 - largest) })) / (order - 1)
        }
        for shift in [1, 4, 9] {
            let event = PrivacyEvent.release(.discreteLaplace(scale: try Ratio(scale)), l1: UInt64(shift))
            for order in [1.5, 2, 7, 40] as [Double] {
                let exact = summed(shift: shift, order: order)
                let reported = try event.renyiDivergence(order: order)
                #expect(reported >= exact * (1 - 1e-12))
                #expect(reported <= exact * (1 + 1e-9) + 1e-12)
                for part in 1...shift {
                    #expect(
                        summed(shift: part, order: order) + summed(shift: shift - part, order: order) <= exact + 1e-12
                    )
                }
            }
        }
    }

    @Test("compositions are never below the exact one", arguments: PrivacyVectors.shared.compositions)
    func compositions(row: PrivacyVectors.Composition) throws {
        let event: PrivacyEvent
        if let scale = row.scale {
            event = PrivacyEvent.release(.discreteLaplace(scale: try Ratio(UInt64(scale))), l1: row.sensitivity)
        } else {
            let sigma = try #require(row.sigma)
            event = PrivacyEvent.release(
                .discreteGaussian(variance: try Ratio(UInt64(sigma * sigma))),
                l2Squared: row.sensitivity * row.sensitivity
            )
        }
        var accountant = RenyiAccountant()
        try accountant.add(event, count: row.rounds)
        #expect(accountant.renyiEpsilon(delta: row.delta) >= row.pld)
        let reported = accountant.epsilon(delta: row.delta)
        #expect(reported >= row.pld)
        #expect(reported <= accountant.spending.epsilon(delta: row.delta))
        if let pure = row.pure { #expect(reported <= pure * (1 + 1e-12)) }
        if let concentrated = row.concentrated { #expect(reported <= concentrated * (1 + 1e-6)) }
    }

    @Test("pure rounds are never below their optimal composition", arguments: PrivacyVectors.shared.optimalPure)
    func optimalPure(row: PrivacyVectors.OptimalPure) throws {
        let optimal = try #require(row.optimal)
        // One step of scale s: ε = 1/s, at most what the row has, so the optimum of a little less.
        let scale = try Ratio(UInt64((0x1p24 / row.eps).rounded(.down)), 1 << 24)
        var accountant = RenyiAccountant()
        try accountant.add(PrivacyEvent.release(.discreteLaplace(scale: scale), l1: 1), count: row.rounds)
        let reported = accountant.epsilon(delta: row.delta)
        #expect(reported >= optimal * (1 - 1e-6))
        #expect(reported <= row.eps * Double(row.rounds) * (1 + 1e-6))
        // What Rényi accounting wastes.
        #expect(reported <= optimal * 1.35)
    }

    @Test("Skellam's orders are at least as tight as its line, and above Gaussian noise of the variance")
    func skellam() throws {
        for variance in [4, 64, 1000, 40_000] as [UInt64] {
            for (l1, l2Squared) in [(1, 1), (8, 16), (64, 64), (100, 10_000)] as [(UInt64, UInt64)] {
                let event = PrivacyEvent.release(
                    .skellam(variance: try Ratio(variance)),
                    l1: l1,
                    l2Squared: l2Squared,
                    dimension: 1000
                )
                let gaussian = PrivacyEvent.release(
                    .discreteGaussian(variance: try Ratio(variance)),
                    l2Squared: l2Squared
                )
                let cost = try event.cost()
                for order in 2...64 {
                    let order = Double(order)
                    let divergence = try event.renyiDivergence(order: order)
                    #expect(divergence <= (cost.xi + cost.rho * order) * (1 + 1e-12))
                    #expect(try divergence > gaussian.renyiDivergence(order: order))
                    #expect(try event.renyiDivergence(order: order - 0.5) == divergence)
                }
            }
        }
    }

    @Test("releases compose in any order, and each costs")
    func compositionLaws() throws {
        var events: [PrivacyEvent] = []
        for index in 1...12 as ClosedRange<UInt64> {
            events.append(PrivacyEvent.release(.discreteLaplace(scale: try Ratio(40 + index)), l1: index))
            events.append(
                PrivacyEvent.release(.discreteGaussian(variance: try Ratio(900 * index)), l2Squared: index * index)
            )
            events.append(
                PrivacyEvent.release(.skellam(variance: try Ratio(1300 * index)), l1: index, l2Squared: index * index)
            )
        }
        var forward = RenyiAccountant()
        var last = 0.0
        for event in events {
            try forward.add(event)
            let epsilon = forward.epsilon(delta: 1e-6)
            #expect(epsilon > last)
            last = epsilon
        }
        var backward = RenyiAccountant()
        for event in events.reversed() { try backward.add(event) }
        #expect(abs(backward.epsilon(delta: 1e-6) - last) <= last * 1e-12)
        var invalid = forward
        #expect(throws: PrivacyError.invalidSensitivity) {
            try invalid.add(PrivacyEvent.release(.skellam(variance: Ratio(1))))
        }
        #expect(invalid == forward)
        #expect(forward.epsilon(delta: 0) == .infinity)
    }

    @Test("a client pays for the releases it was in, once each")
    func participants() throws {
        let event = PrivacyEvent.release(.discreteLaplace(scale: try Ratio(8)), l1: 4)
        let first = ClientID(1)
        let second = ClientID(2)
        var accounts = ParticipantAccounts()
        try accounts.add(event, participants: [first, second])
        try accounts.add(event, participants: [first, first])
        try accounts.add(event, participants: [])
        #expect(accounts.epsilon(of: first, delta: 0) == 1)
        #expect(accounts.epsilon(of: second, delta: 0) == 0.5)
        #expect(accounts.epsilon(of: ClientID(3), delta: 0) == 0)
        #expect(accounts.largestClientEpsilon(delta: 0) == 1)
        #expect(accounts.run.epsilon(delta: 0) == 1.5)
        #expect(throws: PrivacyError.self) {
            try accounts.add(PrivacyEvent.release(.discreteLaplace(scale: Ratio(8))), participants: [first])
        }
        #expect(accounts.epsilon(of: first, delta: 0) == 1)
    }
}
