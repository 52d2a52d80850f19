using OrleansTasks.Runs;

namespace OrleansTasks.Operations;

/// <summary>Decides which runs an operation on a query applies to. Pure.</summary>
/// <param name="Query">The query, limited to what had ended at the time of the request.</param>
/// <param name="Shrinks">Whether a run no longer matches the query after the action.</param>
/// <param name="TakesDiscarded">Whether it applies to discarded runs.</param>
internal sealed record RunScope(RunQuery Query, bool Shrinks, bool TakesDiscarded)
{
    private static readonly IReadOnlyList<RunStatus> NotSucceeded =
        [.. Enum.GetValues<RunStatus>().Where(static s => s.IsFinal() && s != RunStatus.Succeeded)];

    /// <summary>Returns the scope of an operation.</summary>
    /// <param name="action">The action.</param>
    /// <param name="query">The query of the request.</param>
    /// <param name="asked">
    /// The time of the request. Runs that retries make may end in the same way, and would be found too.
    /// </param>
    public static RunScope Of(RunAction action, RunQuery query, DateTimeOffset asked)
    {
        var states = query.DeadLetters.Count > 0 ? query.DeadLetters : action switch
        {
            RunAction.Acknowledge => [DeadLetterState.Open],
            RunAction.Discard => [DeadLetterState.Open, DeadLetterState.Acknowledged],
            _ => [],
        };
        var bounded = query with
        {
            To = query.To <= asked ? query.To : asked.AddTicks(1),
            Statuses = query.Statuses.Count > 0 ? query.Statuses : action == RunAction.Retry ? NotSucceeded : DeadLetters.Statuses,
            DeadLetters = states,
        };
        return new RunScope(bounded, states.Count > 0 && states.All(s => DeadLetters.After(s, ResultOf(action)) != s
            && !states.Contains(DeadLetters.After(s, ResultOf(action)))), query.DeadLetters.Count > 0);
    }

    /// <summary>Returns whether the operation applies to a run that the query finds.</summary>
    public bool Takes(RunInfo run) => TakesDiscarded || run.DeadLetter != DeadLetterState.Discarded;

    private static DeadLetterState ResultOf(RunAction action) => action switch
    {
        RunAction.Acknowledge => DeadLetterState.Acknowledged,
        RunAction.Discard => DeadLetterState.Discarded,
        _ => DeadLetterState.Retried,
    };
}
