using Microsoft.AspNetCore.Http;

namespace OrleansTasks.Http;

/// <summary>Builds addresses within the API from the address of the current request, so that they work under any prefix.</summary>
internal static class ApiPaths
{
    public static string Self(HttpRequest request) => request.PathBase.Add(request.Path).ToUriComponent();

    /// <summary>Returns the address of a batch, from a request to <c>…/batches</c>.</summary>
    public static string Batch(HttpRequest request, Guid batch) => $"{Self(request).TrimEnd('/')}/{batch}";

    /// <summary>
    /// Returns the address of a run, from a request to <c>…/tasks/{name}/{verb}</c>, <c>…/runs/{runId}/retry</c> or <c>…/runs/retry</c>.
    /// </summary>
    public static string Run(HttpRequest request, RunId run)
    {
        var path = request.Path.Value!.TrimEnd('/');
        var segments = path.EndsWith("/runs/retry", StringComparison.OrdinalIgnoreCase) ? 2 : 3;
        for (var i = 0; i < segments; i++)
        {
            path = path[..path.LastIndexOf('/')];
        }

        return $"{request.PathBase.Add(new PathString(path)).ToUriComponent()}/runs/{Uri.EscapeDataString(run.ToString())}";
    }
}
