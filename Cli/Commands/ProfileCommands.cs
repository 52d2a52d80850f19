using System.CommandLine;
using OrleansTasks.Cli.Api;
using OrleansTasks.Cli.Hosting;
using OrleansTasks.Cli.Output;
using static OrleansTasks.Cli.Commands.CommandLine;

namespace OrleansTasks.Cli.Commands;

/// <summary>Defines commands for named servers and for shell completion.</summary>
internal static class ProfileCommands
{
    private static readonly Argument<string> Name = new("name") { Description = "Name of the profile." };
    private static readonly Argument<string> Shell = new("shell") { Description = "Shell: bash, zsh, fish or pwsh." };

    public static IEnumerable<Command> All(CliHost host)
    {
        Shell.AcceptOnlyFromAmong("bash", "zsh", "fish", "pwsh");
        yield return Group(
            "profile", "Manages named servers and tokens.",
            Make(host, "set",
                "Creates or changes a profile with --server and --token ('--token -' reads standard input). The first profile becomes "
                    + "the default.", (cli, _) => SetAsync(cli), Name),
            Make(host, "list", "Lists the profiles without their tokens.", (cli, _) => ListAsync(cli)),
            Make(host, "use", "Makes a profile the default.", (cli, _) => ChangeAsync(cli, static (all, name) => all with { Used = name }),
                Name),
            Make(host, "remove", "Removes a profile.", (cli, _) => ChangeAsync(cli, static (all, name) => all.Without(name)), Name));
        yield return Make(host, "completion", "Writes a completion script for a shell.", (cli, _) => CompletionAsync(cli), Shell);
    }

    private static Task<int> SetAsync(Invocation cli)
    {
        var profiles = Profiles.Read(cli.Host.ProfilesFile);
        var known = profiles.All.GetValueOrDefault(cli.Get(Name)!);
        var profile = new Profile
        {
            Server = cli.Get(CommonOptions.Server) ?? known?.Server
                ?? throw CliException.Usage("The server is missing. Set it with --server."),
            Token = TextInput.Secret(cli.Get(CommonOptions.Token), cli.Host, "--token")
                ?? (cli.Get(CommonOptions.Server) is null ? known?.Token : null),
        };
        ServerAddress.AddressOf(profile.Server);
        profiles.With(cli.Get(Name)!, profile).Write(cli.Host.ProfilesFile);
        return Task.FromResult(ExitCodes.Done);
    }

    private static Task<int> ListAsync(Invocation cli)
    {
        var profiles = Profiles.Read(cli.Host.ProfilesFile);
        var shown =
            profiles.All.Select(
                p => new { name = p.Key, server = p.Value.Server, hasToken = p.Value.Token is not null, used = p.Key == profiles.Used })
                    .ToList();
        if (cli.Print.IsJson)
        {
            cli.Print.Json(shown);
        }
        else
        {
            cli.Print.Table(["name", "server", "token", "used"],
                shown.Select(static p => new Cell[] { p.name, p.server, p.hasToken ? "yes" : "no", p.used ? "yes" : "" }),
                "There are no profiles.");
        }

        return Task.FromResult(ExitCodes.Done);
    }

    private static Task<int> ChangeAsync(Invocation cli, Func<Profiles, string, Profiles> change)
    {
        var profiles = Profiles.Read(cli.Host.ProfilesFile);
        var name = cli.Get(Name)!;
        if (!profiles.All.ContainsKey(name))
        {
            throw new CliException(ExitCodes.Refused, $"The profile '{name}' does not exist. See: orleanstasks profile list");
        }

        change(profiles, name).Write(cli.Host.ProfilesFile);
        return Task.FromResult(ExitCodes.Done);
    }

    private static Task<int> CompletionAsync(Invocation cli)
    {
        cli.Host.Out.Write(cli.Get(Shell) switch
        {
            "bash" => """
                _orleanstasks() {
                  local IFS=$'\n' words
                  words=$(orleanstasks "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)
                  COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))
                }
                complete -F _orleanstasks orleanstasks

                """,
            "zsh" => """
                _orleanstasks() { compadd -- ${(f)"$(orleanstasks "[suggest:${#BUFFER}]" "$BUFFER" 2>/dev/null)"}; }
                compdef _orleanstasks orleanstasks

                """,
            "fish" => """
                complete -f -c orleanstasks -a '(
                  set -l line (commandline -cp)
                  orleanstasks "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
                )'

                """,
            _ => """
                Register-ArgumentCompleter -Native -CommandName orleanstasks -ScriptBlock {
                  param($word, $ast, $position)
                  orleanstasks "[suggest:$position]" "$ast" | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
                }

                """,
        });
        return Task.FromResult(ExitCodes.Done);
    }
}
