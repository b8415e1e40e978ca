public import HansaNumerics

extension SHA256Digest {
    /// The digest of a model: SHA-256 of schema digest ‖ parameters as little-endian float32 in schema order
    /// (DESIGN.md, "Determinism contract").
    public init(schema: ParameterSchema, parameters: [Float]) {
        var hasher = SHA256Hasher()
        hasher.update(SHA256Digest(hashing: schema.canonicalBytes).bytes)
        hasher.update(parameters)
        self = hasher.finalize()
    }

    /// What a plan calls its model: SHA-256 of schema digest ‖ the bytes in which the model is sent (Proto/README.md, "The
    /// model").
    ///
    /// Where every parameter is sent as float32 it is the model's own digest.
    public init(schema: ParameterSchema, modelContent: [UInt8]) {
        var hasher = SHA256Hasher()
        hasher.update(SHA256Digest(hashing: schema.canonicalBytes).bytes)
        hasher.update(modelContent)
        self = hasher.finalize()
    }
}
