using System.Text.Json;
using OrleansTasks.Records;

namespace OrleansTasks.Groups;

/// <summary>
/// Represents the stored state of a group: its limits, and what tells whether a change of them was made already. Immutable; pure.
/// </summary>
internal sealed record StoredGroup
{
    public const int RememberedRequests = 64;

    public RunGroup Limits { get; init; } = new();

    /// <summary>Gets the limits that a silo's code defined last, as JSON; null if none defined any.</summary>
    public string? Defined { get; init; }

    /// <summary>
    /// Gets the position, in the order of configurations, of the one that last set or released the limits; 0 if there is none.
    /// </summary>
    public long Configured { get; init; }

    /// <summary>Gets whether that configuration has set the limits, so that limits from code are ignored.</summary>
    public bool IsConfigured { get; init; }

    /// <summary>Gets the ids of the last requests that set the limits, the oldest first.</summary>
    public IReadOnlyList<Guid> Requests { get; init; } = [];

    /// <summary>Returns the state from a record. A group without a record has no limits.</summary>
    public static StoredGroup Of(RunGroupRecord? record) => record is null
        ? new()
        : new()
        {
            Limits = JsonSerializer.Deserialize<RunGroup>(record.Limits, StoredJson.Options)!,
            Defined = record.Defined,
            Configured = record.Configured,
            IsConfigured = record.IsConfigured,
            Requests = record.Requests ?? []
        };

    /// <summary>Returns the state with limits that somebody sets; the same object if the request was fulfilled before.</summary>
    /// <param name="limits">The limits.</param>
    /// <param name="request">The id of the request; empty if it has none.</param>
    public StoredGroup Put(RunGroup limits, Guid request) =>
        request == Guid.Empty ? this with { Limits = limits }
        : Requests.Contains(request) ? this
        : this with { Limits = limits, Requests = [.. Requests.TakeLast(RememberedRequests - 1), request] };

    /// <summary>
    /// Returns the state with the limits that a silo's code defines; the same object if code defined the same before, so that later changes
    /// stay. While a configuration sets the limits, those from code are only recorded.
    /// </summary>
    /// <param name="limits">The limits.</param>
    /// <param name="again">Whether that silo has defined them before. If so, they apply only to a group that has lost its stored
    /// limits.</param>
    public StoredGroup Define(RunGroup limits, bool again)
    {
        var defined = JsonSerializer.Serialize(limits, StoredJson.Options);
        return (again ? Defined is not null : Defined == defined)
            ? this
            : this with { Limits = IsConfigured ? Limits : limits, Defined = defined };
    }

    /// <summary>
    /// Returns the state with the limits that a configuration sets or releases; the same object if it, or a later one, has already done so,
    /// so that later changes stay.
    /// </summary>
    /// <param name="limits">The limits; null for those that code defined last, or none.</param>
    /// <param name="number">The position of the configuration in their order.</param>
    /// <param name="again">Whether the configuration has set them before. If so, they apply only to a group that has lost its stored
    /// limits.</param>
    public StoredGroup Configure(RunGroup? limits, long number, bool again) => (again ? Configured > 0 : Configured >= number)
        ? this
        : this with
        {
            Limits = limits ?? (Defined is null ? new RunGroup() : JsonSerializer.Deserialize<RunGroup>(Defined, StoredJson.Options)!),
            Configured = number,
            IsConfigured = limits is not null
        };

    public RunGroupRecord ToRecord() =>
        new()
        {
            Limits = JsonSerializer.Serialize(Limits, StoredJson.Options),
            Defined = Defined,
            Configured = Configured,
            IsConfigured = IsConfigured,
            Requests = [.. Requests]
        };
}
