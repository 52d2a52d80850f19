using System.CommandLine;
using System.Text.Json;
using OrleansTasks.Cli.Api;
using OrleansTasks.Cli.Hosting;
using OrleansTasks.Cli.Output;

namespace OrleansTasks.Cli.Commands;

/// <summary>What a command has to work with.</summary>
/// <param name="parsed">The command line.</param>
/// <param name="host">The machine.</param>
internal sealed class Invocation(ParseResult parsed, CliHost host) : IDisposable
{
    private ApiClient? _api;
    private Printer? _print;

    public CliHost Host => host;

    public Printer Print => _print ??= new Printer(host, Get(CommonOptions.Output) == "json");

    /// <summary>The server that is asked.</summary>
    public ApiClient Api => _api ??= Connect();

    public T? Get<T>(Option<T> option) => parsed.GetValue(option);

    public T? Get<T>(Argument<T> argument) => parsed.GetValue(argument);

    public T? Get<T>(string option) => parsed.GetValue<T>(option);

    public bool Has(Option option) => parsed.GetResult(option) is { Implicit: false };

    public ServerAddress Address() => ServerAddress.Read(Get(CommonOptions.Server), TextInput.Secret(Get(CommonOptions.Token), host, "--token"), Get(CommonOptions.Profile), host);

    /// <summary>Asks, where a person can be asked.</summary>
    /// <returns>Whether it may be done.</returns>
    public bool Agrees(string question)
    {
        if (Get(CommonOptions.Yes))
        {
            return true;
        }

        if (!host.CanAsk)
        {
            throw CliException.Usage($"{question} Nobody can be asked here: say --yes.");
        }

        host.Error.Write($"{question} [y/N] ");
        return host.In.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }

    /// <summary>Writes what the server sent, for programs as it is and for people as it is shown.</summary>
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
