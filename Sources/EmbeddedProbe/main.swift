do throws(ProbeClient.Failure) {
    let client = try ProbeClient()
    print("trained                \(client.trained)")
    print("trained with momentum  \(client.trainedWithMomentum)")
    print("packed in 8 bits       \(client.packed)")
    print("packed within an L1    \(client.packedWithinL1)")
    print("packed within an L2    \(client.packedWithinL2)")
    // Scripts/build-embedded looks for this line: an Embedded program has no exit status without libc's headers.
    let messagesAgree = ProbeMessages.agree()
    print("messages               \(messagesAgree ? "read and written" : "differ")")
    print(client == ProbeClient.expected && messagesAgree ? "probe: agrees" : "probe: differs")
} catch {
    print("probe: refused")
}
