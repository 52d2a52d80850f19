using Microsoft.Extensions.Options;
using OrleansTasks.Access;

namespace OrleansTasks;

/// <summary>Defines the settings of the dashboard.</summary>
public sealed class TasksDashboardOptions
{
    /// <summary>
    /// Gets or sets the title at the top of every page, which tells clusters apart. Default: <c>Tasks</c>. Limit: 60 characters.
    /// </summary>
    public string Title { get; set; } = "Tasks";

    /// <summary>
    /// Gets or sets a value indicating whether this dashboard allows no changes. Default: false. It does not affect the HTTP API of the
    /// same program: set an authorization for the API, or do not map it.
    /// </summary>
    public bool ReadOnly { get; set; }

    /// <summary>
    /// Gets or sets the name of the authorization policy for reading. Default: null, which serves only requests from this machine, unless
    /// the endpoints have an authorization (<c>RequireAuthorization</c> or <c>AllowAnonymous</c>).
    /// </summary>
    public string? ViewPolicy { get; set; }

    /// <summary>
    /// Gets or sets the name of the authorization policy for changes. Default: null, which lets everybody act who may read, unless the
    /// dashboard is <see cref="ReadOnly"/>.
    /// </summary>
    public string? ActPolicy { get; set; }

    /// <summary>Gets or sets a value indicating whether stack traces of handlers' exceptions are displayed. Default: true.</summary>
    public bool ShowStacks { get; set; } = true;

    /// <summary>
    /// Gets or sets a function that masks JSON before it is displayed, to hide secrets. It receives the task's name (null for a broadcast
    /// that no task sent), the kind of JSON, and the JSON, and returns the JSON to display. Default: null, which displays everything. If it
    /// throws, nothing of that JSON is displayed.
    /// </summary>
    public Func<string?, MaskedKind, string, string>? Mask { get; set; }

    /// <summary>
    /// Gets the other origins from which the dashboard is opened, such as <c>https://ops.example.com</c>, for a proxy that passes neither
    /// the host name nor <c>X-Forwarded-Host</c>. Default: empty, which allows only the request's own host.
    /// </summary>
    public IList<string> AllowedOrigins { get; } = [];

    /// <summary>
    /// Gets the host names under which the dashboard is served to every machine that can reach it, without authorization: such as
    /// <c>tasks.example.com</c>, <c>*.example.com</c> or <c>10.0.0.11</c>, without a port. Default: empty. If any names are set, requests
    /// under names other than these and this machine's own are rejected, even with an authorization.
    /// </summary>
    /// <remarks>This keeps out pages of other sites (DNS rebinding). It does not keep out machines that can reach the port.</remarks>
    public IList<string> AllowedHosts { get; } = [];

    internal IReadOnlyList<string> Faults()
    {
        var faults = new List<string>();
        if (string.IsNullOrWhiteSpace(Title) || Title.Length > 60)
        {
            faults.Add($"TasksDashboardOptions.Title is '{Title}'; 1 to 60 characters are allowed.");
        }

        faults.AddRange(OriginFaults.Of(AllowedOrigins, nameof(TasksDashboardOptions)));
        faults.AddRange(AccessRule.HostFaults(AllowedHosts, nameof(TasksDashboardOptions)));
        return faults;
    }

    internal TasksDashboardOptions Validated() => Faults() is { Count: > 0 } faults
        ? throw new OptionsValidationException(nameof(TasksDashboardOptions), typeof(TasksDashboardOptions), faults)
        : this;
}
