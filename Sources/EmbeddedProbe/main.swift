import HansaDense

do throws(DenseError) {
    let client = try ProbeClient()
    print("plain training:       \(client.plainDigest)")
    print("momentum, full batch: \(client.momentumDigest)")
    // Scripts/build-embedded looks for this line: an Embedded program has no exit status without libc's headers.
    print(client.isAsExpected ? "probe: agrees" : "probe: differs")
} catch {
    print("probe: refused")
}
