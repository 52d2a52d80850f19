using System.CommandLine;
using System.Text.Json;
using OrleansTasks.Cli.Api;
using OrleansTasks.Cli.Hosting;
using OrleansTasks.Cli.Output;

namespace OrleansTasks.Cli.Commands;

/// <summary>Provides what a command needs: its options, the server and the output.</summary>
/// <param name="parsed">The command line.</param>
/// <param name="host">The environment in which the tool runs.</param>
internal sealed class Invocation(ParseResult parsed, CliHost host) : IDisposable
{
    private ApiClient? _api;
    private Printer? _print;

    public CliHost Host => host;

    public Printer Print => _print ??= new Printer(host, Get(CommonOptions.Output) == "json");

    /// <summary>Gets the client for the server.</summary>
    public ApiClient Api => _api ??= Connect();

    public T? Get<T>(Option<T> option) => parsed.GetValue(option);

    public T? Get<T>(Argument<T> argument) => parsed.GetValue(argument);

    public T? Get<T>(string option) => parsed.GetValue<T>(option);

    public bool Has(Option option) => parsed.GetResult(option) is { Implicit: false };

    public ServerAddress Address() =>
        ServerAddress.Read(Get(CommonOptions.Server), TextInput.Secret(Get(CommonOptions.Token), host, "--token"),
            Get(CommonOptions.Profile), host);

    /// <summary>Asks the user for confirmation.</summary>
    /// <returns>Whether the user agrees.</returns>
    public bool Agrees(string question)
    {
        if (Get(CommonOptions.Yes))
        {
            return true;
        }

        if (!host.CanAsk)
        {
            throw CliException.Usage($"{question} The command cannot ask for confirmation here. To confirm, use --yes.");
        }

        host.Error.Write($"{question} [y/N] ");
        return host.In.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }

    /// <summary>Writes the response of the server: unchanged for programs, formatted for people.</summary>
    public int Show(JsonElement json, Action<JsonElement> forPeople)
    {
        if (Print.IsJson)
        {
            Print.Json(json);
        }
        else
        {
            forPeople(json);
        }

        return ExitCodes.Done;
    }

    public void Dispose() => _api?.Dispose();

    private ApiClient Connect()
    {
        var address = Address();
        if (address.SendsTokenInClear)
        {
            Print.Note($"warning: the token is sent to {address.Api} without encryption. Use https.");
        }

        return new ApiClient(address);
    }
}
