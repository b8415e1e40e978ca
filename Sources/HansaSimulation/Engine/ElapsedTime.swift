/// Seconds on the clock and of all processors, since some moment or between two.
struct ElapsedTime {
    var wall = 0.0
    var cpu = 0.0

    static func += (left: inout Self, right: Self) {
        left.wall += right.wall
        left.cpu += right.cpu
    }
}
