using OrleansTasks.Text;

namespace OrleansTasks.Runs;

/// <summary>Checks operations on many runs. Pure.</summary>
internal static class RunActions
{
    /// <summary>Returns the faults of an operation, or none.</summary>
    public static IReadOnlyList<string> Faults(RunAction action, RunSelection selection, RunActionOptions options)
    {
        var faults = new List<string>(selection.Faults());
        if (!Enum.IsDefined(action))
        {
            faults.Add(EnumText.Fault("The action", action));
        }

        if (action == RunAction.Cancel && selection.Query is not null)
        {
            faults.Add(
                $"The selection has a query, which finds only runs that have ended, and the action is {action}. Give the ids of runs.");
        }

        if (DeadLetters.FaultOf(options.Note) is { } fault)
        {
            faults.Add(fault);
        }

        if (options.Delay is { } delay && action != RunAction.Retry)
        {
            faults.Add($"Delay is {delay}, and the action is {action}; only retries can have a delay. Leave it out.");
        }

        if (options.Note is { } note && action is (RunAction.Retry or RunAction.Cancel))
        {
            faults.Add($"Note is '{ShownText.Of(note)}', and the action is {action}; only marks have a note. Leave it out.");
        }

        return faults;
    }
}
