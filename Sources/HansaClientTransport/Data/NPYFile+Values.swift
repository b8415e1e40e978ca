extension NPYFile {
    /// Writes a range of the values as float32, each rounded to nearest.
    func copy(_ range: Range<Int>, to destination: UnsafeMutableBufferPointer<Float>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "an example lies within the file")
        precondition(range.count <= destination.count, "an example's features have their places")
        bytes.withUnsafeBytes { file in
            var place = offset + range.lowerBound * element.byteCount
            // Bounds: the two preconditions; the file has `count` elements from `offset` on.
            for index in 0..<range.count {
                destination[index] = Self.float(in: file, at: place, element)
                place += element.byteCount
            }
        }
    }

    /// Whether every value is a finite float32.
    var isFinite: Bool {
        bytes.withUnsafeBytes { file in
            for place in stride(from: offset, to: file.count, by: element.byteCount)
            where !Self.float(in: file, at: place, element).isFinite { return false }
            return true
        }
    }

    /// An integer value as a class; nil where it cannot be one.
    func label(at index: Int) -> UInt32? {
        precondition((0..<count).contains(index), "a label lies within the file")
        let value: Int64 = bytes.withUnsafeBytes { file in
            // Bounds: the precondition; the file has `count` elements from `offset` on.
            let place = offset + index * element.byteCount
            switch element {
            case .uint8: return Int64(file[place])
            case .int32: return Int64(Int32(littleEndian: file.loadUnaligned(fromByteOffset: place, as: Int32.self)))
            case .int64: return Int64(littleEndian: file.loadUnaligned(fromByteOffset: place, as: Int64.self))
            case .float32, .float64: return -1
            }
        }
        return (0...Int64(Int32.max)).contains(value) ? UInt32(value) : nil
    }

    private static func float(in file: UnsafeRawBufferPointer, at place: Int, _ element: NPYElement) -> Float {
        switch element {
        // Bounds: each caller's `place` is that of one of the file's elements.
        case .uint8: return Float(file[place])
        case .float32:
            let bits = file.loadUnaligned(fromByteOffset: place, as: UInt32.self)
            return Float(bitPattern: UInt32(littleEndian: bits))
        case .float64:
            // Bounds: as above.
            let bits = file.loadUnaligned(fromByteOffset: place, as: UInt64.self)
            return Float(Double(bitPattern: UInt64(littleEndian: bits)))
        case .int32, .int64: return .nan
        }
    }
}
