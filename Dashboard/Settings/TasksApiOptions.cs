using OrleansTasks.Access;

namespace OrleansTasks;

/// <summary>Defines the settings of the HTTP API.</summary>
public sealed class TasksApiOptions
{
    /// <summary>
    /// Gets or sets a value indicating whether results contain the stack trace of the handler's exception. Default: false.
    /// </summary>
    public bool SendStacks { get; set; }

    /// <summary>Gets or sets the maximum size of a request body, in bytes. Default: 2 MiB. Range: 1 KiB to 64 MiB.</summary>
    public int MaxRequestBodySize { get; set; } = 2 << 20;

    /// <summary>
    /// Gets or sets the maximum nesting depth of JSON in a request. Default: 64. Range: 4 to 64, which is the maximum depth of task values.
    /// </summary>
    public int MaxJsonDepth { get; set; } = 64;

    /// <summary>
    /// Gets or sets the maximum time to find occurrences of a schedule while a request is read. Default: 5 s. Range: 100 ms to 1 minute.
    /// Requests that take longer are rejected with 400.
    /// </summary>
    public TimeSpan MaxScheduleTime { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Gets or sets how often a quiet event stream sends a comment, so that proxies do not close it. Default: 15 s. Range: 100 ms to 1
    /// hour.
    /// </summary>
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Gets or sets the number of events that each of <c>/results</c>, <c>/events</c> and <c>/broadcasts</c> keeps for clients that
    /// reconnect. Default: 10,000. Range: 16 to 1,000,000.
    /// </summary>
    public int ReplayEvents { get; set; } = 10_000;

    /// <summary>Gets or sets the maximum size of those events in each stream, in bytes. Default: 64 MiB. Range: 1 MiB to 1 GiB.</summary>
    public int ReplaySize { get; set; } = 64 << 20;

    /// <summary>
    /// Gets or sets how long those events are still collected when no client is connected. Default: 60 s. Range: zero to 1 hour.
    /// </summary>
    public TimeSpan ReplayLinger { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Gets the other sites whose pages may send requests that change something, such as <c>https://ops.example.com</c>: scheme, host and,
    /// unless it is the scheme's default, port. Default: empty.
    /// </summary>
    public IList<string> AllowedOrigins { get; } = [];

    /// <summary>
    /// Gets the host names under which the API is served to every machine that can reach it, without authorization: such as
    /// <c>tasks.example.com</c>, <c>*.example.com</c> or <c>10.0.0.11</c>, without a port. Default: empty, which serves only requests from
    /// this machine, unless the endpoints have an authorization (<c>RequireAuthorization</c> or <c>AllowAnonymous</c>). If any names are
    /// set, requests under names other than these and this machine's own are rejected, even with an authorization.
    /// </summary>
    /// <remarks>This keeps out pages of other sites (DNS rebinding). It does not keep out machines that can reach the port.</remarks>
    public IList<string> AllowedHosts { get; } = [];

    /// <summary>
    /// Gets or sets the name of the authorization policy for every request, both reading and acting. Default: null, which serves only
    /// requests from this machine, unless the endpoints have an authorization (<c>RequireAuthorization</c> or <c>AllowAnonymous</c>).
    /// </summary>
    public string? LookPolicy { get; set; }

    /// <summary>
    /// Gets or sets the name of the authorization policy for requests that change something or run a task: all except <c>GET</c> and the
    /// preview of a schedule. It applies in addition to <see cref="LookPolicy"/>. Default: null, which lets everybody act who may read. If
    /// only this policy is set, reading is limited to this machine.
    /// </summary>
    public string? ActPolicy { get; set; }

    /// <summary>
    /// Gets or sets a function that masks JSON before it is sent, to hide secrets. It receives the task's name (null for a broadcast that
    /// no task sent), the kind of JSON, and the JSON, and returns the JSON to send. It is called for the same data as
    /// <see cref="TasksDashboardOptions.Mask"/>. Default: null, which calls the functions of the program's dashboards, if there are any. If
    /// it throws, nothing of that JSON is sent, and the log says so.
    /// </summary>
    public Func<string?, MaskedKind, string, string>? Mask { get; set; }

    internal IReadOnlyList<string> Faults()
    {
        var faults = new List<string>();
        Check(LookPolicy is not { } look || !string.IsNullOrWhiteSpace(look), nameof(LookPolicy), "empty", "the name of a policy, or null");
        Check(ActPolicy is not { } act || !string.IsNullOrWhiteSpace(act), nameof(ActPolicy), "empty", "the name of a policy, or null");
        Check(MaxRequestBodySize is >= 1024 and <= 64 << 20, nameof(MaxRequestBodySize), MaxRequestBodySize, "1 KiB to 64 MiB");
        Check(MaxJsonDepth is >= 4 and <= 64, nameof(MaxJsonDepth), MaxJsonDepth, "4 to 64");
        Check(MaxScheduleTime >= TimeSpan.FromMilliseconds(100) && MaxScheduleTime <= TimeSpan.FromMinutes(1), nameof(MaxScheduleTime),
            MaxScheduleTime, "100 ms to 1 minute");
        Check(Heartbeat >= TimeSpan.FromMilliseconds(100) && Heartbeat <= TimeSpan.FromHours(1), nameof(Heartbeat), Heartbeat,
            "100 ms to 1 hour");
        Check(ReplayEvents is >= 16 and <= 1_000_000, nameof(ReplayEvents), ReplayEvents, "16 to 1,000,000");
        Check(ReplaySize is >= 1 << 20 and <= 1 << 30, nameof(ReplaySize), ReplaySize, "1 MiB to 1 GiB");
        Check(ReplayLinger >= TimeSpan.Zero && ReplayLinger <= TimeSpan.FromHours(1), nameof(ReplayLinger), ReplayLinger, "zero to 1 hour");
        faults.AddRange(OriginFaults.Of(AllowedOrigins, nameof(TasksApiOptions)));
        faults.AddRange(AccessRule.HostFaults(AllowedHosts, nameof(TasksApiOptions)));
        return faults;

        void Check(bool good, string option, object value, string range)
        {
            if (!good)
            {
                faults.Add($"TasksApiOptions.{option} is {value}; allowed: {range}.");
            }
        }
    }
}
