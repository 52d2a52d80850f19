using OrleansTasks.Text;

namespace OrleansTasks;

/// <summary>Defines the names of the tables of an outbox and an inbox.</summary>
public sealed record OutboxTables
{
    private const int MaxLength = 50;

    /// <summary>
    /// Gets the schema of the tables. It must exist. Default: null, which uses the default schema of the connection. SQLite and MySQL have
    /// no schemas.
    /// </summary>
    public string? Schema { get; init; }

    /// <summary>
    /// Gets the table of dispatches that were not accepted yet. The table of the relay's lease has the same name with <c>_lease</c>.
    /// Default: <c>orleanstasks_outbox</c>. All names must be valid without quotes: a lowercase letter or underscore, then lowercase
    /// letters, digits and underscores, at most 50 characters.
    /// </summary>
    public string Outbox { get; init; } = "orleanstasks_outbox";

    /// <summary>Gets the table of recorded runs. Default: <c>orleanstasks_inbox</c>.</summary>
    public string Inbox { get; init; } = "orleanstasks_inbox";

    internal static OutboxTables Default { get; } = new();

    internal string LeaseName => $"{Outbox}_lease";

    internal IReadOnlyList<string> Faults() =>
    [
        .. Faults("Schema", Schema ?? "a"),
        .. Faults("Outbox", Outbox),
        .. Faults("Inbox", Inbox),
        .. Outbox is not null && Outbox == Inbox ? [$"OutboxTables.Outbox and Inbox are both '{Outbox}'; use two names."] : (string[])[],
    ];

    private static IEnumerable<string> Faults(string option, string? name)
    {
        if (name is not { Length: > 0 and <= MaxLength } || !(char.IsAsciiLetterLower(name[0]) || name[0] == '_')
            || !name.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_'))
        {
            yield return $"OutboxTables.{option} is '{ShownText.Quote(name ?? "")}'; a lowercase letter or underscore, then lowercase "
                + $"letters, digits and underscores, at most {MaxLength} characters, are allowed.";
        }
    }
}
