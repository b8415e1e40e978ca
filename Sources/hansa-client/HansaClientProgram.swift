@main struct HansaClientProgram { static func main() {} }
