using Microsoft.AspNetCore.Http;
using OrleansTasks.Grains;
using OrleansTasks.Http;
using OrleansTasks.Text;

namespace OrleansTasks.Endpoints;

/// <summary>Maps the endpoints for the business calendars that schedules use.</summary>
internal static class CalendarsEndpoints
{
    public static void Map(EndpointMapper map, TasksApi api)
    {
        map.Map("GET", "/calendars", "ListCalendars", "Returns the business calendars, by "
            + "name.", (string? after, CancellationToken ct) => ListAsync(api, after, ct))
            .Produces<CalendarList>().Problems(503);
        map.Map("GET", "/calendars/{name}", "GetCalendar", "Returns a business calendar.",
            (string name, CancellationToken ct) => GetAsync(api, name, ct))
            .Produces<BusinessCalendar>().Problems(404, 503);
        map.Map("PUT", "/calendars/{name}", "PutCalendar", "Adds or replaces the calendar. Tasks that use it follow it from now "
            + "on.", (string name, HttpContext http) => PutAsync(api, name, http))
            .Takes<BusinessCalendar>().Produces<BusinessCalendar>().Produces<BusinessCalendar>(201).ChangeProblems().Audited();
        map.Map("DELETE", "/calendars/{name}", "RemoveCalendar", "Removes the calendar, unless tasks use "
            + "it.", (string name, CancellationToken ct) => RemoveAsync(api, name, ct))
            .Produces(204).Problems(403, 404, 409, 503).Audited();
    }

    private static async Task<IResult> ListAsync(TasksApi api, string? after, CancellationToken ct)
    {
        var calendars = (await api.Client.GetCalendarsAsync(ct).ConfigureAwait(false)).Where(c => string.CompareOrdinal(c.Key, after) > 0)
            .OrderBy(c => c.Key, StringComparer.Ordinal).ToList();
        var page = AnswerPage.Of(calendars, AnswerPage.SizeOf, int.MaxValue);
        return TasksApi.Json(
            new CalendarList(page.ToDictionary(StringComparer.Ordinal), page.Count < calendars.Count ? page[^1].Key : null));
    }

    private static async Task<IResult> GetAsync(TasksApi api, string name, CancellationToken ct) =>
        TasksApi.Json((await api.Client.GetCalendarsAsync(ct).ConfigureAwait(false)).GetValueOrDefault(name) ?? throw NotFound(name));

    private static async Task<IResult> PutAsync(TasksApi api, string name, HttpContext http)
    {
        var calendar = await RequestBody.ReadAsync<BusinessCalendar>(http, api).ConfigureAwait(false) ?? new BusinessCalendar();
        if (!await api.Client.PutCalendarAsync(name, calendar, http.RequestAborted).ConfigureAwait(false))
        {
            return TasksApi.Json(calendar);
        }

        http.Response.Headers.Location = ApiPaths.Self(http.Request);
        return TasksApi.Json(calendar, StatusCodes.Status201Created);
    }

    private static async Task<IResult> RemoveAsync(TasksApi api, string name, CancellationToken ct) =>
        await api.Client.RemoveCalendarAsync(name, ct).ConfigureAwait(false) ? TypedResults.NoContent() : throw NotFound(name);

    private static ProblemException NotFound(string name) => new(TaskProblems.New(404, "calendar-not-found", "No such business "
        + "calendar", $"There is no business calendar '{ShownText.Quote(name)}'. Put it first, or use another name.", ("calendar", name)));
}
