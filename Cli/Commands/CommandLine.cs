using System.CommandLine;
using System.CommandLine.Invocation;
using OrleansTasks.Cli.Hosting;

namespace OrleansTasks.Cli.Commands;

/// <summary>Runs the tool: it parses and invokes commands, and shows their errors.</summary>
internal static class CommandLine
{
    // A word that begins with @ names a file with a value, not a response file with more options.
    private static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null };

    public static async Task<int> InvokeAsync(string[] args, CliHost host, CancellationToken ct)
    {
        try
        {
            var parsed = Root(host).Parse(args, Parsing);
            if (parsed.Action is ParseErrorAction && parsed.Errors.Count > 0)
            {
                var what = parsed.UnmatchedTokens is [var word, ..]
                    ? $"'{word}' is not a command or option here."
                    : parsed.Errors[0].Message;
                return Fail(host, CliException.Usage($"{what} See: orleanstasks {PathOf(parsed)}--help"), json: false);
            }

            return await parsed.InvokeAsync(
                new InvocationConfiguration { Output = host.Out, Error = host.Error, EnableDefaultExceptionHandler = false }, ct)
                    .ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Interrupted;
        }
    }

    /// <summary>Creates the root command.</summary>
    public static RootCommand Root(CliHost host)
    {
        var root = new RootCommand("Shows and controls the tasks of an OrleansTasks cluster.")
        {
            CommonOptions.Server, CommonOptions.Token, CommonOptions.Profile, CommonOptions.Output
        };
        foreach (var command in (IEnumerable<Command>)[.. TaskCommands.All(host), .. RunCommands.All(host), .. RunListCommands.All(host),
            .. ScheduleCommands.All(host), .. ClusterCommands.All(host), .. ImportCommands.All(host), .. ProfileCommands.All(host)])
        {
            root.Add(command);
        }

        return root;
    }

    /// <summary>Creates a command.</summary>
    public static Command Make(CliHost host, string name, string description, Func<Invocation, CancellationToken, Task<int>> action,
        params IEnumerable<Symbol> symbols)
    {
        var command = Group(name, description, symbols);
        command.SetAction(async (parsed, ct) =>
        {
            using var invocation = new Invocation(parsed, host);
            try
            {
                return await action(invocation, ct).ConfigureAwait(false);
            }
            catch (CliException e)
            {
                return Fail(host, e, parsed.GetValue(CommonOptions.Output) == "json");
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return ExitCodes.Interrupted;
            }
        });
        return command;
    }

    /// <summary>Creates a command that has subcommands, or whose action is set later.</summary>
    public static Command Group(string name, string description, params IEnumerable<Symbol> symbols)
    {
        var command = new Command(name, description);
        foreach (var symbol in symbols)
        {
            switch (symbol)
            {
                case Argument argument:
                    command.Add(argument);
                    break;
                case Option option:
                    command.Add(option);
                    break;
                case Command child:
                    command.Add(child);
                    break;
            }
        }

        return command;
    }

    private static int Fail(CliHost host, CliException e, bool json)
    {
        var print = new Output.Printer(host, json);
        print.Note(json && e.Details is not null ? e.Details : $"error: {e.Message.ReplaceLineEndings(" ")}");
        foreach (var point in e.Points)
        {
            print.Note($" - {point.ReplaceLineEndings(" ")}");
        }

        return e.ExitCode;
    }

    private static string PathOf(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (var result = parsed.CommandResult; result.Command is not RootCommand
            && result.Parent is System.CommandLine.Parsing.CommandResult parent; result = parent)
        {
            names.Push(result.Command.Name + " ");
        }

        return string.Concat(names);
    }
}
