using System.Text.Json.Serialization;

namespace OrleansTasks.Records;

/// <summary>
/// Represents what the handler of a run has saved, with which the next attempt begins. Each save replaces the one before.
/// </summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.RunCheckpoint")]
internal sealed record RunCheckpoint
{
    // Names, quotes and numbers around an entry.
    private const int EntryBytes = 32;

    /// <summary>Gets the attempt that saved it.</summary>
    [Id(0)]
    public int Attempt { get; init; }

    /// <summary>Gets its number among the saves of its run.</summary>
    [Id(1)]
    public long Number { get; init; }

    /// <summary>Gets when it was saved, by the clock of its silo.</summary>
    [Id(2)]
    public DateTimeOffset SavedAt { get; init; }

    /// <summary>Gets the handler's own value as JSON; null if it has saved none.</summary>
    [Id(3), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public byte[]? Value { get; init; }

    /// <summary>Gets the results of steps, in the order of their ends; null if there are none.</summary>
    [Id(4), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public StoredStep[]? Steps { get; init; }

    /// <summary>Gets how many items of each list are done; null if there are no lists.</summary>
    [Id(5), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ItemsDone[]? Items { get; init; }

    /// <summary>Gets the approximate number of bytes of what the handler has saved.</summary>
    [JsonIgnore]
    public int Size =>
        (Value?.Length ?? 0) + (Steps?.Sum(static s => EntryBytes + s.Name.Length + s.Json.Length) ?? 0)
            + (Items?.Sum(static i => EntryBytes + i.Name.Length) ?? 0);

    /// <summary>Returns the result of a step as JSON; null if none is stored.</summary>
    public byte[]? FindStep(string name) => Array.Find(Steps ?? [], s => s.Name == name)?.Json;

    /// <summary>Returns how many items of a list are done.</summary>
    public int DoneOf(string name) => Array.Find(Items ?? [], i => i.Name == name)?.Done ?? 0;

    /// <summary>Returns a copy with the result of a step.</summary>
    public RunCheckpoint WithStep(string name, byte[] json) => this with
    {
        Steps = [.. (Steps ?? []).Where(s => s.Name != name), new StoredStep(name, json)]
    };

    /// <summary>Returns a copy with the number of items of a list that are done.</summary>
    public RunCheckpoint WithItems(string name, int done) => this with
    {
        Items = [.. (Items ?? []).Where(i => i.Name != name), new ItemsDone(name, done)]
    };

    /// <summary>Returns a copy without what the handler has saved.</summary>
    public RunCheckpoint WithoutContent() => this with { Value = null, Steps = null, Items = null };
}

/// <summary>Represents the result of a step of a handler.</summary>
/// <param name="Name">The name of the step.</param>
/// <param name="Json">The result as JSON.</param>
[GenerateSerializer, Immutable, Alias("OrleansTasks.StoredStep")]
internal sealed record StoredStep([property: Id(0)] string Name, [property: Id(1)] byte[] Json);

/// <summary>Represents how far a handler is in a list.</summary>
/// <param name="Name">The name of the list.</param>
/// <param name="Done">The number of items that are done, from the first.</param>
[GenerateSerializer, Immutable, Alias("OrleansTasks.ItemsDone")]
internal sealed record ItemsDone([property: Id(0)] string Name, [property: Id(1)] int Done);
