extension Array {
    /// Sorts in place, in n log n steps and a fraction of the instructions that `sort` brings into an Embedded program.
    ///
    /// Equal elements may change places.
    public mutating func heapSort(by precedes: (Element, Element) -> Bool) {
        var end = count
        var start = end / 2
        while end > 1 {
            if start > 0 {
                start -= 1
            } else {
                end -= 1
                swapAt(0, end)
            }
            var parent = start
            while 2 * parent + 1 < end {
                var child = 2 * parent + 1
                if child + 1 < end, precedes(self[child], self[child + 1]) { child += 1 }
                guard precedes(self[parent], self[child]) else { break }
                swapAt(parent, child)
                parent = child
            }
        }
    }
}
