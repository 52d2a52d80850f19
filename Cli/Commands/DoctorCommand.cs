using OrleansTasks.Cli.Doctor;
using OrleansTasks.Cli.Hosting;
using OrleansTasks.Cli.Output;

namespace OrleansTasks.Cli.Commands;

/// <summary>Reports problems of the cluster.</summary>
internal static class DoctorCommand
{
    public static async Task<int> RunAsync(Invocation cli, CancellationToken ct)
    {
        var examination = new Examination(cli.Api, cli.Host.Time);
        var findings = await examination.ExamineAsync(ct).ConfigureAwait(false);
        if (cli.Print.IsJson)
        {
            cli.Print.Json(
                findings.Select(
                    static f => new { level = f.Level.ToString().ToLowerInvariant(), what = f.What, says = f.Says, mend = f.Mend }));
        }
        else
        {
            foreach (var finding in findings)
            {
                var (sign, tone) = finding.Level switch
                {
                    FindingLevel.Good => ("ok  ", Tone.Good),
                    FindingLevel.Note => ("note", Tone.Warning),
                    _ => ("FIX ", Tone.Bad)
                };
                cli.Print.Line($"{sign}  {finding.What}: {finding.Says}{(finding.Mend is null ? "" : $" {finding.Mend}")}", tone);
            }
        }

        var mend = findings.Count(static f => f.Level == FindingLevel.Mend);
        if (!cli.Print.IsJson)
        {
            cli.Print.Line(mend == 0 ? "No problems were found." : mend == 1 ? "1 problem was found." : $"{mend} problems were found.");
        }

        return !examination.Reached ? ExitCodes.OutOfReach : !examination.Admitted ? ExitCodes.Refused : mend == 0 ? ExitCodes.Done
            : ExitCodes.Failed;
    }
}
