using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using OrleansTasks.Http;
using OrleansTasks.Text;

namespace OrleansTasks.Requests;

/// <summary>
/// Represents the query of <c>GET /runs</c> and <c>GET /runs/counts</c>, as strings. The query can also contain <c>header.NAME</c> for each
/// header.
/// </summary>
/// <param name="Status">Only runs with one of these final statuses, separated by commas.</param>
/// <param name="DeadLetter">
/// Only dead letters in one of these states, separated by commas: <c>open</c>, <c>acknowledged</c>, <c>retried</c>, <c>discarded</c>.
/// </param>
/// <param name="Task">Only runs of this task.</param>
/// <param name="Handler">Only runs of tasks with this handler.</param>
/// <param name="Tag">Only runs of tasks with this tag.</param>
/// <param name="Group">Only runs of tasks in this group.</param>
/// <param name="Batch">Only runs of this batch.</param>
/// <param name="Parent">Only runs that follow this one.</param>
/// <param name="RequestedBy">Only runs that were requested under this name.</param>
/// <param name="Silo">Only runs on silos whose addresses begin with this text.</param>
/// <param name="Trigger">Only runs with this trigger.</param>
/// <param name="ErrorType">Only runs with this type of error.</param>
/// <param name="Text">Only runs with this text in arguments, error or log.</param>
/// <param name="From">Only runs that ended at this instant or later.</param>
/// <param name="To">Only runs that ended before this instant.</param>
/// <param name="DueFrom">Only runs that were planned for this instant or later.</param>
/// <param name="DueTo">Only runs that were planned for an earlier instant.</param>
/// <param name="StartedFrom">Only runs that started at this instant or later.</param>
/// <param name="StartedTo">Only runs that started before this instant.</param>
/// <param name="MinDuration">Only runs that took at least this long.</param>
/// <param name="MaxDuration">Only runs that took at most this long.</param>
/// <param name="MinLateness">Only runs that started at least this late.</param>
/// <param name="Order">
/// The order: <c>ended</c>, <c>due</c>, <c>started</c>, <c>duration</c> or <c>lateness</c>. The prefix <c>-</c> makes it descending.
/// </param>
/// <param name="Limit">The maximum number of runs.</param>
/// <param name="After">The <c>next</c> value of the previous page.</param>
internal sealed record RunSearchParameters(
    [FromQuery] string? Status,
    [FromQuery] string? DeadLetter,
    [FromQuery] string? Task,
    [FromQuery] string? Handler,
    [FromQuery] string? Tag,
    [FromQuery] string? Group,
    [FromQuery] string? Batch,
    [FromQuery] string? Parent,
    [FromQuery] string? RequestedBy,
    [FromQuery] string? Silo,
    [FromQuery] string? Trigger,
    [FromQuery] string? ErrorType,
    [FromQuery] string? Text,
    [FromQuery] string? From,
    [FromQuery] string? To,
    [FromQuery] string? DueFrom,
    [FromQuery] string? DueTo,
    [FromQuery] string? StartedFrom,
    [FromQuery] string? StartedTo,
    [FromQuery] string? MinDuration,
    [FromQuery] string? MaxDuration,
    [FromQuery] string? MinLateness,
    [FromQuery] string? Order,
    [FromQuery] string? Limit,
    [FromQuery] string? After)
{
    private const string HeaderPrefix = "header.";
    private static readonly HashSet<string> Known = new([.. typeof(RunSearchParameters).GetProperties().Select(static p => p.Name), "by"],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Converts the parameters to a query.</summary>
    /// <param name="all">All parameters of the request.</param>
    /// <exception cref="ProblemException">A parameter is unknown or invalid.</exception>
    public RunQuery Read(IQueryCollection all)
    {
        foreach (var name in all.Keys.Where(
            static n => !Known.Contains(n) && !n.StartsWith(HeaderPrefix, StringComparison.OrdinalIgnoreCase)))
        {
            var known = Known.Select(static k => char.ToLowerInvariant(k[0]) + k[1..]).Order(StringComparer.Ordinal);
            throw ProblemException.BadParameter(name, $"The parameter '{ShownText.Quote(name)}' is not known. Known are "
                + $"{string.Join(", ", known)} and {HeaderPrefix}NAME.");
        }

        var query = new RunQuery
        {
            Statuses =
                [.. (Status ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                    .Select(static s => QueryValues.OneOf<RunStatus>("status", s)!.Value)],
            DeadLetters =
                [.. (DeadLetter ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                    .Select(static s => QueryValues.OneOf<DeadLetterState>("deadLetter", s)!.Value)],
            Task = Given(Task),
            Handler = Given(Handler),
            Tag = Given(Tag),
            Group = Given(Group),
            Batch = QueryValues.Batch("batch", Batch),
            Parent = QueryValues.Run("parent", Parent),
            RequestedBy = Given(RequestedBy),
            Silo = Given(Silo),
            Trigger = QueryValues.OneOf<RunTrigger>("trigger", Trigger),
            ErrorType = Given(ErrorType),
            Text = Given(Text),
            Headers = all.Where(static p => p.Key.StartsWith(HeaderPrefix, StringComparison.OrdinalIgnoreCase))
                .ToDictionary(static p => p.Key[HeaderPrefix.Length..], static p => p.Value.ToString()),
            From = QueryValues.Instant("from", From),
            To = QueryValues.Instant("to", To),
            DueFrom = QueryValues.Instant("dueFrom", DueFrom),
            DueTo = QueryValues.Instant("dueTo", DueTo),
            StartedFrom = QueryValues.Instant("startedFrom", StartedFrom),
            StartedTo = QueryValues.Instant("startedTo", StartedTo),
            MinDuration = QueryValues.Span("minDuration", MinDuration),
            MaxDuration = QueryValues.Span("maxDuration", MaxDuration),
            MinLateness = QueryValues.Span("minLateness", MinLateness),
            Sort = QueryValues.OneOf<RunSort>("order", Order?.TrimStart('-')) ?? RunSort.Ended,
            Ascending = Given(Order)?.StartsWith('-') == false,
            Limit = QueryValues.Limit(Limit),
            After = Given(After),
        };
        return query.Faults() is { Count: > 0 } faults ? throw ProblemException.BadParameter("query", string.Join(" ", faults)) : query;
    }

    private static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
