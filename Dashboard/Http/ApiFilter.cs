using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OrleansTasks.Access;

namespace OrleansTasks.Http;

/// <summary>
/// Filters every endpoint: rejects requests from other sites' pages, records who makes changes, and converts exceptions to responses.
/// </summary>
internal sealed partial class ApiFilter(TasksApi api)
{
    private const int ClientClosedRequest = 499;

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        try
        {
            CrossSite.Refuse(http.Request, api.Options.AllowedOrigins);
            using var actor = Actor.Of(http.User) is { } user ? TaskActor.As(user) : null;
            var answer = await next(context).ConfigureAwait(false);
            if (http.GetEndpoint()?.Metadata.GetMetadata<AuditedMetadata>() is not null)
            {
                LogDone(api.Log, Actor.InLog(http), http.Request.Method, Sanitized.Text(http.Request.Path, 300));
            }

            return api.Masking.Answer(answer);
        }
        catch (OperationCanceledException) when (api.Hurry.IsCancellationRequested)
        {
            return TaskProblems.Result(TaskProblems.Stopping());
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return TypedResults.StatusCode(ClientClosedRequest);
        }
        catch (Exception e) when (TaskProblems.Answer(e, http.Response) is { } answer)
        {
            if (e is ProblemException { InnerException: { } inner })
            {
                LogUnreadable(api.Log, http.Request.Method, Sanitized.Text(http.Request.Path, 200), Sanitized.Text(inner.Message, 200));
            }

            return api.Masking.Answer(answer);
        }
        catch (Exception e) when (!http.Response.HasStarted)
        {
            LogUnexpected(api.Log, e, http.Request.Method, Sanitized.Text(http.Request.Path, 200));
            return TaskProblems.Result(TaskProblems.Unexpected(e));
        }
    }

    [LoggerMessage(33, LogLevel.Information, "(HTTP) Reading the body of {Method} {Path} failed: {Reason}")]
    private static partial void LogUnreadable(ILogger logger, string method, string path, string reason);

    [LoggerMessage(35, LogLevel.Information, "(HTTP) {User}: {Method} {Path}")]
    private static partial void LogDone(ILogger logger, string user, string method, string path);

    [LoggerMessage(34, LogLevel.Error, "(HTTP) {Method} {Path} failed.")]
    private static partial void LogUnexpected(ILogger logger, Exception e, string method, string path);
}
