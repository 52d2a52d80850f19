using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using OrleansTasks.Access;

namespace OrleansTasks.Http;

/// <summary>
/// Wraps every endpoint of an API: sets the common response headers, rejects requests that may not use the API, and cancels requests that
/// would delay the program's stop. It acts before any of the request body is read.
/// </summary>
internal sealed class ApiGuard(TasksApi api) : EndpointGuard("/scheduler")
{
    protected override RequestDelegate Around(EndpointBuilder endpoint, bool decided, RequestDelegate inner) =>
        http => ServeAsync(http, decided, inner);

    private async Task ServeAsync(HttpContext http, bool decided, RequestDelegate inner)
    {
        var headers = http.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        if (AccessRule.Refusal(http, decided, api.Options.AllowedHosts) is { } fault)
        {
            await Refuse(fault).ExecuteAsync(http).ConfigureAwait(false);
            return;
        }

        var aborted = http.RequestAborted;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(aborted, api.Hurry);
        http.RequestAborted = either.Token;
        try
        {
            await inner(http).ConfigureAwait(false);
        }
        finally
        {
            http.RequestAborted = aborted;
        }
    }

    private static IResult Refuse(string fault) => TaskProblems.Result(TaskProblems.New(
        403, "access-not-configured", "This API serves only its own machine",
        fault + " The API serves only its own machine, under a name of this machine such as 127.0.0.1 or localhost, until its host "
            + "configures who may use it: app.MapTasksApi(…).RequireAuthorization(…), TasksApiOptions.LookPolicy and ActPolicy, "
            + "AllowAnonymous() for everybody, or TasksApiOptions.AllowedHosts (setting Api:AllowedHosts:0 of the two programs) for "
                + "everybody who uses these host names."));
}
