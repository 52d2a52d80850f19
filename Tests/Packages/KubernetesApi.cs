using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrleansTasks.Tests.Packages;

/// <summary>
/// Provides the part of the Kubernetes API that a silo uses: it answers requests about pods, if the caller's role allows them.
/// </summary>
internal sealed class KubernetesApi : IAsyncDisposable
{
    private const string Token = "the-token-of-the-service-account";
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, object> _pods = new();
    private readonly HashSet<string> _allowed;

    private KubernetesApi(WebApplication app, IEnumerable<string> allowed) => (_app, _allowed) = (app, [.. allowed]);

    /// <summary>Gets the verbs of the requests about pods: <c>get</c>, <c>list</c>, <c>watch</c> or <c>patch</c>.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>Gets the environment variables by which Kubernetes tells each pod where the API is.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["KUBERNETES_SERVICE_HOST"] = new Uri(_app.Urls.Single()).Host,
        ["KUBERNETES_SERVICE_PORT"] = $"{new Uri(_app.Urls.Single()).Port}",
    };

    /// <summary>Starts the API.</summary>
    /// <param name="address">The address that pods use.</param>
    /// <param name="account">The folder for the files of the pods' service account.</param>
    /// <param name="allowed">The verbs that the role allows for pods.</param>
    public static async Task<KubernetesApi> StartAsync(IPAddress address, string account, IEnumerable<string> allowed)
    {
        var stop = TestContext.Current.CancellationToken;
        using var certificate = Certificate(address);
        await File.WriteAllTextAsync(Path.Combine(account, "ca.crt"), certificate.ExportCertificatePem(), stop);
        await File.WriteAllTextAsync(Path.Combine(account, "token"), Token, stop);

        // Every platform's TLS accepts a certificate in this form.
        var served = X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(address, 0, listen => listen.UseHttps(served)));
        var api = new KubernetesApi(builder.Build(), allowed);
        api._app.MapGet("/api/v1/namespaces/{space}/pods", api.Pods);
        api._app.MapGet("/api/v1/namespaces/{space}/pods/{pod}",
            (HttpRequest request, string pod) =>
                api.Answer(request, "get", () => api._pods.TryGetValue(pod, out var found) ? Results.Json(found) : Results.NotFound()));
        api._app.MapPatch("/api/v1/namespaces/{space}/pods/{pod}",
            (HttpRequest request, string pod) => api.Answer(request, "patch", () => Results.Json(api._pods[pod])));
        await api._app.StartAsync(stop);
        return api;
    }

    /// <summary>Adds a pod.</summary>
    public void Add(string name, string @namespace, IReadOnlyDictionary<string, string> labels) =>
        _pods[name] = new { apiVersion = "v1", kind = "Pod", metadata = new { name, @namespace, labels, resourceVersion = "1" } };

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private IResult Pods(HttpRequest request, CancellationToken aborted)
    {
        if (request.Query["watch"] != "true")
        {
            return Answer(request, "list",
                () => Results.Json(
                    new { apiVersion = "v1", kind = "PodList", metadata = new { resourceVersion = "1" }, items = _pods.Values }));
        }

        return Answer(request, "watch", () => Results.Stream(async body =>
        {
            // Nothing changes, so a watcher gets no events until it disconnects.
            var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var registration = aborted.Register(over.SetResult);
            await body.FlushAsync(aborted);
            await over.Task;
        }));
    }

    private IResult Answer(HttpRequest request, string verb, Func<IResult> answer)
    {
        Asked.Enqueue(verb);
        return request.Headers.Authorization != $"Bearer {Token}" ? Results.Unauthorized() : _allowed.Contains(verb) ? answer()
            : Results.StatusCode(StatusCodes.Status403Forbidden);
    }

    private static X509Certificate2 Certificate(IPAddress address)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=kubernetes", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(address);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0,
                critical: true));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
