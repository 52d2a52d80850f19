using Microsoft.AspNetCore.Http;

namespace OrleansTasks;

/// <summary>Goes round every endpoint: refuses what another site's page sends, and turns exceptions into answers.</summary>
internal sealed class ApiFilter(TasksApiOptions options)
{
    private const int ClientClosedRequest = 499;

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        try
        {
            CrossSite.Refuse(http.Request, options.AllowedOrigins);
            using var actor = http.User.Identity is { IsAuthenticated: true, Name: { Length: > 0 } user } ? TaskActor.As(user) : null;
            return await next(context).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return TypedResults.StatusCode(ClientClosedRequest);
        }
        catch (Exception e) when (TaskProblems.Answer(e, http.Response) is { } answer)
        {
            return answer;
        }
    }
}
