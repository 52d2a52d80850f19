using Microsoft.AspNetCore.Mvc;
using OrleansTasks.Http;
using OrleansTasks.Text;

namespace OrleansTasks.Requests;

/// <summary>Represents the query of <c>GET /tasks</c>, as strings.</summary>
/// <param name="Prefix">Only tasks whose names begin with this text.</param>
/// <param name="Search">Only tasks whose names contain this text. Case is ignored.</param>
/// <param name="State">Only tasks in this state.</param>
/// <param name="Handler">Only tasks with this handler.</param>
/// <param name="Tag">Only tasks with this tag.</param>
/// <param name="Sort">The order: <c>name</c> or <c>nextDue</c>.</param>
/// <param name="Limit">The maximum number of tasks.</param>
/// <param name="After">The <c>next</c> value of the previous page.</param>
internal sealed record TaskListParameters(
    [FromQuery] string? Prefix,
    [FromQuery] string? Search,
    [FromQuery] string? State,
    [FromQuery] string? Handler,
    [FromQuery] string? Tag,
    [FromQuery] string? Sort,
    [FromQuery] string? Limit,
    [FromQuery] string? After)
{
    /// <exception cref="ProblemException">A parameter is invalid.</exception>
    public TaskQuery Read()
    {
        var query = new TaskQuery
        {
            Prefix = Prefix,
            Search = Given(Search),
            State = QueryValues.OneOf<TaskState>("state", State),
            Handler = Handler,
            Tag = Given(Tag),
            Order = QueryValues.OneOf<TaskOrder>("sort", Sort) ?? TaskOrder.Name,
            Limit = QueryValues.Limit(Limit),
        };
        return TaskCursor.After(query, After) ?? throw ProblemException.BadParameter("after", $"'after' is '{ShownText.Quote(After)}'; "
            + "the 'next' of the previous page is expected.");
    }

    private static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
