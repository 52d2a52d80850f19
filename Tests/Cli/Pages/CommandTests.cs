namespace OrleansTasks.Tests.Cli.Pages;

/// <summary>
/// Checks every command of the documentation, without running it: the programs of this repository must accept their arguments, and what
/// <c>dotnet</c> and <c>curl</c> name must exist.
/// </summary>
/// <remarks>
/// What runs for real, in CI:
/// - <see cref="PageRunTests"/> runs the commands of <c>orleanstasks</c> and sends the requests of <c>curl</c> to <c>/api</c> and
///   <c>/health</c>, in this process.
///   Not run are <c>import</c>, which needs a database (<see cref="ImportTests"/> imports from real ones), and commands to
///   <c>tasks.example.com</c>.
/// - <c>dotnet test -c Release</c>, and, with other arguments, <c>dotnet build</c>, the benchmarks, the simulator and the checker:
///   <c>.ci/run</c>.
/// - <c>dotnet pack</c>, <c>dotnet new</c>, <c>dotnet publish</c> and <c>dotnet tool install</c>, with folders of their own, and the
///   programs that the templates make: Tests/Packages.
/// - The programs <c>Silo</c> and <c>ClientSample</c>, from their assemblies and with other ports: Tests/Web. The app host: Tests/Aspire.
/// Nothing runs <c>docker</c>, <c>kubectl</c>, <c>systemctl</c>, <c>pg_dump</c>, <c>dotnet stryker</c>, <c>dotnet add package</c> and
/// <c>dotnet nuget add source</c>.
/// </remarks>
public sealed class CommandTests
{
    public static TheoryData<string> Pages => [.. PageBlock.Pages];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Commands_OfAPage_AreAccepted(string page)
    {
        var check = new CommandCheck(page);
        Assert.Empty(ShellCommand.Of(page)
            .Select(c => (Command: c, Fault: check.FaultOf(c)))
            .Where(static c => c.Fault is not null)
            .Select(static c => $"{c.Command.Place}: {c.Command.Text}: {c.Fault}"));
    }

    [Theory]
    [InlineData("orleanstasks lst")]
    [InlineData("orleanstasks list --sate active")]
    [InlineData("dotnet run --project Sillo")]
    [InlineData("dotnet run --project Silo -- --Cluster:Provder Redis")]
    [InlineData("dotnet run --project Silo -- --Cluster:Provider Oracle")]
    [InlineData("dotnet run --project ../Nowhere")]
    [InlineData("dotnet run -c Release --project Tests/Chaos -- --store redis --sead 1")]
    [InlineData("dotnet run -c Release --project Tests/Simulation -- --sead 1")]
    [InlineData("dotnet run -c Release --project Tests/Benchmarks -- run-thrughput")]
    [InlineData("dotnet run -c Release --project Tests/Benchmarks -- run-latency --raunds 1")]
    [InlineData("dotnet run -c Release --project Tests/Benchmarks -- run-latency --rounds many")]
    [InlineData("dotnet build -c Release Tests/Unity")]
    [InlineData("dotnet build -c Relase")]
    [InlineData("dotnet test -c Release Tests/Unit --filter FullyQualifiedName~NoSuchTests")]
    [InlineData("dotnet new orleanstask -o ../X")]
    [InlineData("dotnet new orleanstasks-cluster -o ../X --storage sqlite")]
    [InlineData("dotnet new install artifacts/packages/OrleansTasks.Templates.0.0.1.nupkg")]
    [InlineData("dotnet add package OrleansTasks.Clients")]
    [InlineData("dotnet tool install --global OrleansTasks.Client")]
    [InlineData("curl 127.0.0.1:5090/fibonaci/90")]
    [InlineData("curl -X POST 127.0.0.1:5090/fibonacci/90")]
    [InlineData("curl 127.0.0.1:6090/fibonacci/90")]
    [InlineData("Tests/Unit/bin/Release/net10.0/OrleansTasks.Tests.Unit -class '*NoSuchTests'")]
    [InlineData("MutationTesting=nothing dotnet stryker -f stryker-runs.json")]
    [InlineData("Cluster__Provder=Redis dotnet run --project Silo")]
    [InlineData("cd ../Nowhere")]
    [InlineData("docker build -t x -f Slo/Dockerfile .")]
    [InlineData("rm -r .")]
    public void Command_ThatIsWrong_IsFound(string text) =>
        Assert.NotNull(new CommandCheck("README.md").FaultOf(ShellCommand.Parse("here", text)));

    [Theory]
    [InlineData("echo a | wc")]
    [InlineData("echo 'a")]
    [InlineData("echo a && echo b")]
    public void Command_ThatNeedsMoreOfAShell_IsFound(string text) =>
        Assert.Throws<FormatException>(() => ShellCommand.Parse("here", text));

    [Fact]
    public void Command_WithQuotations_IsSplitAsAShellDoes()
    {
        var command = ShellCommand.Parse("here", "A=1 curl -d '{\"a b\":\"c\"}' \"x y\"z --n= >> ~/.bashrc &");
        Assert.Equal(["curl", "-d", """{"a b":"c"}""", "x yz", "--n="], command.Words);
        Assert.Equal("1", command.Variables["A"]);
    }
}
