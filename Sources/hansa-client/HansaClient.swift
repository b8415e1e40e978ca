import CPosix
import HansaClientTransport

@main
struct HansaClient {
    static func main() { hansa_exit(ClientProgram.run()) }
}
