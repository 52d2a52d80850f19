using Microsoft.Extensions.Options;
using OrleansTasks.Access;

namespace OrleansTasks;

/// <summary>Settings of the dashboard.</summary>
public sealed class TasksDashboardOptions
{
    /// <summary>What stands at the top of every page, so that people know which cluster they look at. Default: <c>Tasks</c>. At most 60 characters.</summary>
    public string Title { get; set; } = "Tasks";

    /// <summary>
    /// Whether nobody may change anything through this dashboard. Default: false. It does not bind the HTTP API of the same program: give that an authorization of its own, or do not map it.
    /// </summary>
    public bool ReadOnly { get; set; }

    /// <summary>
    /// The name of the authorization policy that looking demands. Null, the default: none, so that only requests from this machine are served, unless the endpoints are given
    /// an authorization of their own (<c>RequireAuthorization</c>, or <c>AllowAnonymous</c>).
    /// </summary>
    public string? ViewPolicy { get; set; }

    /// <summary>The name of the authorization policy that changing anything demands. Null, the default: whoever may look may act, unless it is <see cref="ReadOnly"/>.</summary>
    public string? ActPolicy { get; set; }

    /// <summary>Whether the stacks of exceptions that handlers threw are shown. Default: true.</summary>
    public bool ShowStacks { get; set; } = true;

    /// <summary>
    /// Changes JSON before it is shown, to keep secrets from being seen: gets the task's name (null for a broadcast that no task sent), which kind of JSON it is, and the JSON; gives
    /// what is to be shown. Null, the default: everything is shown as it is. If it throws, nothing of that JSON is shown.
    /// </summary>
    public Func<string?, MaskedKind, string, string>? Mask { get; set; }

    /// <summary>
    /// Other origins from which the dashboard is opened, such as <c>https://ops.example.com</c>: for a proxy in front that passes neither the host's name nor <c>X-Forwarded-Host</c> on. Default:
    /// none, only the request's own host.
    /// </summary>
    public IList<string> AllowedOrigins { get; } = [];

    /// <summary>
    /// Host names under which the dashboard is served to every machine that reaches it, without an authorization: such as <c>tasks.example.com</c>, <c>*.example.com</c> or <c>10.0.0.11</c>, without
    /// a port. Default: none. Where some are named, requests under other names than these and this machine's own are refused, also where an authorization is demanded.
    /// </summary>
    /// <remarks>This keeps pages of other sites out (DNS rebinding); it does not keep any machine out that reaches the port.</remarks>
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
