using System.CommandLine;
using OrleansTasks.Benchmarks;
using OrleansTasks.Chaos;
using OrleansTasks.Cli.Hosting;
using SimulationLine = OrleansTasks.Simulation.CommandLine;
using ToolLine = OrleansTasks.Cli.Commands.CommandLine;

namespace OrleansTasks.Tests.Cli.Pages;

/// <summary>Checks the commands of a page, in their order, without running them.</summary>
/// <param name="page">The path of the page.</param>
internal sealed class CommandCheck(string page)
{
    // Programs of others. Of them, only the files that they name are checked.
    private static readonly string[] Others =
        ["docker", "install", "journalctl", "kubectl", "pg_dump", "pg_restore", "psql", "redis-server", "systemctl"];

    private static readonly string[] Variables =
        ["ConnectionStrings__redis", "MutationTesting", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_PROTOCOL", "UPDATE_SNAPSHOTS"];

    private const string UnitTests = "Tests/Unit/OrleansTasks.Tests.Unit.csproj";

    // Folders that earlier commands of the page have made.
    private readonly HashSet<string> _made = [];

    /// <summary>Returns what is wrong with a command; null if nothing is.</summary>
    public string? FaultOf(ShellCommand command)
    {
        try
        {
            var variables = command.Variables.Select(static v => $"{v.Key}={v.Value}");
            return FaultOfVariables(variables) ?? command.Program switch
            {
                "orleanstasks" => FaultOfTool(command.Arguments),
                "dotnet" => FaultOfDotnet(command.Arguments),
                "curl" => FaultOfCurl(CurlRequest.Parse(command)),
                "export" => FaultOfVariables(command.Arguments),
                "cd" => FaultOfFolder(command.Arguments[0]),
                _ when Others.Contains(command.Program) => FaultOfFiles(command),
                _ when command.Program.StartsWith("Tests/", StringComparison.Ordinal) => FaultOfTests(command),
                _ => $"'{command.Program}' is not a program that is known here",
            };
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            return e.Message;
        }
    }

    public static string? FaultOfTool(IReadOnlyList<string> arguments)
    {
        var host = new CliHost { Out = TextWriter.Null, Error = TextWriter.Null, In = TextReader.Null, ProfilesFile = "" };
        var parsed = ToolLine.Root(host).Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        return parsed.Errors.Count == 0 ? null : string.Join(" ", parsed.Errors.Select(static e => e.Message));
    }

    private static string? FaultOfVariables(IEnumerable<string> assignments) =>
        assignments.Select(static a => a.Split('=', 2))
            .Select(static a => FaultOfVariable(a[0], a[1]))
            .FirstOrDefault(static f => f is not null);

    private static string? FaultOfVariable(string name, string value) => name switch
    {
        "MutationTesting" when !File.ReadAllText(PageBlock.PathOf(UnitTests)).Contains($"'{value}'", StringComparison.Ordinal) =>
            $"nothing is known of {name}={value}",
        _ when Variables.Contains(name) => null,
        _ => RepositoryProjects.FaultOfSetting("Silo", name.Replace("__", ":", StringComparison.Ordinal), value),
    };

    private static string? FaultOfFiles(ShellCommand command)
    {
        var file = command.Program switch
        {
            "docker" or "kubectl" => command.Words.SkipWhile(static w => w != "-f").ElementAtOrDefault(1),
            "install" => command.Words.FirstOrDefault(static w => w.EndsWith(".service", StringComparison.Ordinal)),
            _ => null,
        };
        return file is null || RepositoryProjects.Has(file.Replace("shop-jobs", "company-tasks", StringComparison.Ordinal))
            ? null
            : $"there is no '{file}'";
    }

    private static string? FaultOfTests(ShellCommand command)
    {
        var parts = command.Program.Split('/');
        if (parts is not ["Tests", var folder, "bin", "Release", "net10.0", var assembly]
            || !RepositoryProjects.HasAssembly($"Tests/{folder}", assembly))
        {
            return $"nothing builds '{command.Program}'";
        }

        return command.Arguments is [("-class" or "-method") and var option, var filter]
            && RepositoryProjects.HasTest($"Tests/{folder}", option, filter) ? null : "it finds no test";
    }

    private string? FaultOfFolder(string path) =>
        _made.Contains(path) || RepositoryProjects.Has(path) ? null : $"there is no folder '{path}'";

    private string? FaultOfCurl(CurlRequest request) =>
        request.IsForTheLibrary || RepositoryProjects.Maps(page, request) ? null : $"nothing maps {request.Method} {request.Path}";

    private string? FaultOfDotnet(string[] words) => words switch
    {
        ["build" or "test" or "pack" or "publish", .. var rest] => FaultOfBuild(rest),
        ["run", .. var rest] => FaultOfRun(rest),
        ["new", "install", var package] => FaultOfPackage(package),
        ["new", var template, .. var rest] => FaultOfNew(template, rest),
        ["add", "package", var package] => RepositoryProjects.Packages.ContainsKey(package) ? null : $"there is no package '{package}'",
        ["nuget", "add", "source", "$PWD/artifacts/packages", "--name", _] => null,
        ["tool", "install", "--global", var tool, .. [] or ["--add-source", "artifacts/packages"]] =>
            RepositoryProjects.Packages.GetValueOrDefault(tool) ? null : $"there is no tool '{tool}'",
        ["tool", "restore"] => null,
        ["stryker", "-f", var file] => File.Exists(PageBlock.PathOf($"Tests/Unit/{file}")) ? null : $"there is no '{file}'",
        [var assembly, .. var rest] when assembly.EndsWith(".dll", StringComparison.Ordinal) => FaultOfAssembly(assembly, rest),
        _ => "these words are not known of dotnet",
    };

    private static string? FaultOfBuild(string[] words)
    {
        for (var n = 0; n < words.Length; n++)
        {
            var fault = words[n] switch
            {
                "-c" => words[++n] is "Release" or "Debug" ? null : $"there is no configuration '{words[n]}'",
                "-o" => words[++n].StartsWith('/') ? null : $"'{words[n]}' is not outside the repository",
                "-r" => words[++n] is "linux-x64" or "win-x64" or "osx-arm64" ? null : $"there is no runtime '{words[n]}'",
                "-p:RunAnalyzers=false" => null,
                "--filter" when words[++n].StartsWith("FullyQualifiedName~", StringComparison.Ordinal) =>
                    RepositoryProjects.HasTest(words[n - 2], "-class", words[n].Split('~')[1]) ? null : $"no test is '{words[n]}'",
                var word when word.StartsWith('-') => $"'{word}' is not known",
                var word => RepositoryProjects.Find(word) is null ? $"there is no project '{word}'" : null,
            };
            if (fault is not null)
            {
                return fault;
            }
        }

        return null;
    }

    private string? FaultOfRun(string[] words)
    {
        string? project = null;
        var n = 0;
        for (; n < words.Length && words[n] is not ("--" or "--urls"); n++)
        {
            switch (words[n])
            {
                case "--no-build":
                    break;
                case "-c" when words[n + 1] == "Release":
                    n++;
                    break;
                case "--project":
                    project = words[++n];
                    break;
                default:
                    return $"'{words[n]}' is not known";
            }
        }

        string[] arguments = n < words.Length && words[n] == "--" ? words[(n + 1)..] : words[n..];
        return project is null || _made.Contains(project)
            ? arguments is [] or ["--urls", _] && _made.Count > 0 ? null : "no program is made on this page before"
            : RepositoryProjects.Find(project) is null ? $"there is no project '{project}'" : FaultOfProgram(project, arguments);
    }

    private static string? FaultOfProgram(string project, string[] arguments)
    {
        switch (project)
        {
            case "Cli":
                return FaultOfTool(arguments);
            case "Silo" or "ClientSample":
                return RepositoryProjects.FaultOfSettings(project, arguments);
            case "Tests/Chaos":
                ChaosOptions.Parse(arguments);
                return null;
            case "Tests/Simulation":
                SimulationLine.Parse(arguments);
                return null;
            case "Tests/Benchmarks":
                var scenario = BenchmarkOptions.Parse(arguments).Scenario;
                return RepositoryProjects.HasScenario(scenario) ? null : $"there is no scenario '{scenario}'";
            default:
                return arguments is [] ? null : $"{project} takes no arguments";
        }
    }

    private static string? FaultOfAssembly(string assembly, string[] arguments) => assembly switch
    {
        "OrleansTasks.Silo.dll" => RepositoryProjects.FaultOfSettings("Silo", arguments),
        "OrleansTasks.ClientSample.dll" => RepositoryProjects.FaultOfSettings("ClientSample", arguments),
        _ => $"nothing builds '{assembly}'",
    };

    private static string? FaultOfPackage(string package) =>
        package == "OrleansTasks.Templates" || package == $"artifacts/packages/OrleansTasks.Templates.{RepositoryProjects.Version}.nupkg"
            ? null
            : $"'dotnet pack' does not make '{package}'";

    private string? FaultOfNew(string template, string[] words)
    {
        if (template != "web" && !RepositoryProjects.Templates.ContainsKey(template))
        {
            return $"there is no template '{template}'";
        }

        for (var n = 0; n + 1 < words.Length; n += 2)
        {
            if (words[n] == "-o")
            {
                _made.Add(words[n + 1]);
            }
            else if (!RepositoryProjects.Templates[template].TryGetValue(words[n], out var choices) || !choices.Contains(words[n + 1]))
            {
                return $"{template} has no {words[n]} {words[n + 1]}";
            }
        }

        return words.Length % 2 == 0 ? null : $"'{words[^1]}' has no value";
    }
}
