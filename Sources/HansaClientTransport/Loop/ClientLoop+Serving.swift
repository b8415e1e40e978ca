import CPosix
import HansaClient
import HansaClientWire
import HansaCore
import HansaWire

extension ClientLoop {
    /// Runs a session on a connection whose handshake is through.
    mutating func serve(_ connection: inout TLSConnection, deadline: UInt64) throws(ConnectionError) -> SessionEnd {
        pending.removeAll(keepingCapacity: true)
        writtenByteCount = 0
        end = nil
        let start = hansa_monotonic_milliseconds()
        (heardAt, spokenAt) = (start, start)
        askedAt = askedAt == nil ? nil : start
        session.connect(nonce: words.bytes(count: WireLimits.nonceByteCount))
        var buffer = [UInt8](repeating: 0, count: Self.readByteCount)
        while true {
            fireTimers()
            var interest = Int32(HANSA_READABLE)
            let isWritable = try write(&connection, interest: &interest)
            let isDrained = try read(&connection, into: &buffer, interest: &interest)
            if hansa_signal_received() != 0 { outcome = outcome ?? .interrupted }
            if outcome != nil { end = end ?? .done }
            if let end {
                sayGoodbye(&connection)
                return end
            }
            try checkTimes(deadline: deadline)
            // What the answers to what was read have to say goes out before anything is waited for.
            guard isDrained, !(isWritable && hasMoreToWrite()) else { continue }
            rest(on: connection.socket, interest, milliseconds: waitMilliseconds(deadline: deadline))
        }
    }

    /// Waits; where nothing comes for a while, the memory of the last round goes back to the system first.
    private mutating func rest(on socket: Int32, _ interest: Int32, milliseconds: UInt32) {
        let patience: UInt32 = 2_000
        guard keepsMemory, milliseconds > patience else {
            _ = hansa_wait(socket, interest, milliseconds)
            return
        }
        guard hansa_wait(socket, interest, patience) == 0 else { return }
        hansa_return_memory()
        keepsMemory = false
    }

    /// Fires the agent's timer and the heartbeat.
    private mutating func fireTimers() {
        guard session.isOpen else { return }
        let now = hansa_monotonic_milliseconds()
        if let due = timer, due.at <= now {
            timer = nil
            handle(.timerFired(token: due.token))
        }
        if now - min(now, spokenAt) >= heartbeatMilliseconds {
            spokenAt = now
            session.heartbeat()
        }
    }

    /// The coordinator's interval, kept from flooding the line.
    private var heartbeatMilliseconds: UInt64 { max(100, UInt64(session.welcome?.heartbeatMilliseconds ?? .max)) }

    /// How long an owed answer may stay away without any byte from the coordinator.
    private var idleMilliseconds: UInt64 {
        guard let welcome = session.welcome else { return .max }
        return max(1_000, UInt64(welcome.idleMilliseconds), UInt64(welcome.holdMilliseconds) + 10_000)
    }

    private func checkTimes(deadline: UInt64) throws(ConnectionError) {
        let now = hansa_monotonic_milliseconds()
        if session.welcome == nil {
            guard now < deadline else { throw .tooSlow }
        } else if let askedAt {
            let since = max(askedAt, heardAt)
            guard now - min(now, since) < idleMilliseconds else { throw .tooSlow }
        }
    }

    /// The time to the next thing that happens by itself.
    private func waitMilliseconds(deadline: UInt64) -> UInt32 {
        let now = hansa_monotonic_milliseconds()
        var next = now + 60_000
        if session.welcome == nil {
            next = min(next, deadline)
        } else {
            next = min(next, spokenAt.addingReportingOverflow(heartbeatMilliseconds).partialValue)
            if let askedAt {
                next = min(next, max(askedAt, heardAt).addingReportingOverflow(idleMilliseconds).partialValue)
            }
        }
        if let timer, session.isOpen { next = min(next, timer.at) }
        return UInt32(clamping: next - min(now, next))
    }

    // MARK: bytes

    /// Gathers frames until there is enough for one write; whether anything is there to be written.
    private mutating func hasMoreToWrite() -> Bool {
        if writtenByteCount == pending.count {
            pending.removeAll(keepingCapacity: true)
            writtenByteCount = 0
        }
        while pending.count - writtenByteCount < Self.writeByteCount, let frame = session.nextFrame() {
            if writtenByteCount > Self.writeByteCount {
                pending.removeFirst(writtenByteCount)
                writtenByteCount = 0
            }
            pending += frame.head
            pending += frame.data
        }
        return writtenByteCount < pending.count
    }

    /// Writes what there is; false where TLS has to wait for the socket.
    private mutating func write(
        _ connection: inout TLSConnection,
        interest: inout Int32
    ) throws(ConnectionError) -> Bool {
        while hasMoreToWrite() {
            let result: Result<TLSConnection.Progress, ConnectionError> = pending.withUnsafeBytes { bytes in
                // Bounds: there is more to write, so fewer bytes are written than `pending` has.
                let rest = UnsafeRawBufferPointer(rebasing: bytes[writtenByteCount...])
                do throws(ConnectionError) {
                    return .success(try connection.write(rest))
                } catch {
                    return .failure(error)
                }
            }
            switch try result.get() {
            case .done(let count):
                writtenByteCount += count
                spokenAt = hansa_monotonic_milliseconds()
            case .wantsRead: return false
            case .wantsWrite:
                interest |= Int32(HANSA_WRITABLE)
                return false
            }
        }
        return true
    }

    /// Reads and deals with what is there; false where more may be there.
    private mutating func read(
        _ connection: inout TLSConnection,
        into buffer: inout [UInt8],
        interest: inout Int32
    ) throws(ConnectionError) -> Bool {
        var takenByteCount = 0
        while end == nil, outcome == nil {
            let result: Result<TLSConnection.Progress, ConnectionError> = buffer.withUnsafeMutableBytes { bytes in
                do throws(ConnectionError) {
                    return .success(try connection.read(into: bytes))
                } catch {
                    return .failure(error)
                }
            }
            switch try result.get() {
            case .wantsRead: return true
            case .wantsWrite:
                interest |= Int32(HANSA_WRITABLE)
                return true
            case .done(let count):
                heardAt = hansa_monotonic_milliseconds()
                receive(buffer, count: count)
                takenByteCount += count
                if takenByteCount >= Self.readBudgetByteCount { return false }
            }
        }
        return true
    }

    private mutating func receive(_ buffer: [UInt8], count: Int) {
        let result: Result<[ClientSessionEvent], WireError> = buffer.withUnsafeBytes { bytes in
            do throws(WireError) {
                // Bounds: TLS was given the buffer's size and says how much of it it filled.
                return .success(try session.receive(UnsafeRawBufferPointer(rebasing: bytes[..<count])))
            } catch {
                return .failure(error)
            }
        }
        switch result {
        case .success(let events):
            for event in events where end == nil && outcome == nil { take(event) }
        case .failure(let error):
            session.refuse(error)
            end = .fault(error)
        }
    }

    /// Ends the session in order: what is due and Goodbye, for at most a second.
    private mutating func sayGoodbye(_ connection: inout TLSConnection) {
        session.goodbye()
        let deadline = hansa_monotonic_milliseconds() + 1_000
        while hansa_monotonic_milliseconds() < deadline {
            var interest: Int32 = 0
            do throws(ConnectionError) {
                if try write(&connection, interest: &interest) { return }
            } catch {
                return
            }
            if hansa_wait(connection.socket, Int32(HANSA_WRITABLE), 50) < 0 { return }
        }
    }
}
