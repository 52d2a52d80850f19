using System.Text.Json;
using OrleansTasks.Records;

namespace OrleansTasks.Groups;

/// <summary>What is stored of a group: its limits, and what tells whether a change of them was made already. Immutable; pure.</summary>
internal sealed record StoredGroup
{
    public const int RememberedRequests = 64;

    public RunGroup Limits { get; init; } = new();

    /// <summary>The limits that a silo's code had last, as JSON; null if none had any.</summary>
    public string? Defined { get; init; }

    /// <summary>The place, in the order of configurations, of the one that has set or given back the limits last; 0 if none has.</summary>
    public long Configured { get; init; }

    /// <summary>Whether that configuration has set them, so that what code says of them does not count.</summary>
    public bool IsConfigured { get; init; }

    /// <summary>The ids of the last requests that set the limits, the oldest first.</summary>
    public IReadOnlyList<Guid> Requests { get; init; } = [];

    /// <summary>What a record says; a group without one has no limits.</summary>
    public static StoredGroup Of(RunGroupRecord? record) => record is null
        ? new()
        : new() { Limits = JsonSerializer.Deserialize<RunGroup>(record.Limits, StoredJson.Options)!, Defined = record.Defined, Configured = record.Configured, IsConfigured = record.IsConfigured, Requests = record.Requests ?? [] };

    /// <summary>The same with limits that somebody sets; the same object if the request was carried out before.</summary>
    /// <param name="limits">The limits.</param>
    /// <param name="request">The id of the request; empty if it has none.</param>
    public StoredGroup Put(RunGroup limits, Guid request) =>
        request == Guid.Empty ? this with { Limits = limits }
        : Requests.Contains(request) ? this
        : this with { Limits = limits, Requests = [.. Requests.TakeLast(RememberedRequests - 1), request] };

    /// <summary>The same with the limits that a silo's code has; the same object if they are those that code had before: what was set since then stays. While a configuration sets the limits, they are only noted.</summary>
    /// <param name="limits">The limits.</param>
    /// <param name="again">Whether that silo has said so before: then they count only for a group that has lost what was stored.</param>
    public StoredGroup Define(RunGroup limits, bool again)
    {
        var defined = JsonSerializer.Serialize(limits, StoredJson.Options);
        return (again ? Defined is not null : Defined == defined) ? this : this with { Limits = IsConfigured ? Limits : limits, Defined = defined };
    }

    /// <summary>The same with the limits that a configuration sets, or gives back; the same object if it, or a later one, has done so already: what was set since then stays.</summary>
    /// <param name="limits">The limits; null: those that code had last, or none.</param>
    /// <param name="number">The place of the configuration in their order.</param>
    /// <param name="again">Whether it has done so before: then the limits count only for a group that has lost what was stored.</param>
    public StoredGroup Configure(RunGroup? limits, long number, bool again) => (again ? Configured > 0 : Configured >= number)
        ? this
        : this with { Limits = limits ?? (Defined is null ? new RunGroup() : JsonSerializer.Deserialize<RunGroup>(Defined, StoredJson.Options)!), Configured = number, IsConfigured = limits is not null };

    public RunGroupRecord ToRecord() => new() { Limits = JsonSerializer.Serialize(Limits, StoredJson.Options), Defined = Defined, Configured = Configured, IsConfigured = IsConfigured, Requests = [.. Requests] };
}
