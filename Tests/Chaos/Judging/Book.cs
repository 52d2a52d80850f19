namespace OrleansTasks.Chaos.Judging;

internal enum SaleEnd
{
    /// <summary>The commit was acknowledged.</summary>
    Committed,

    /// <summary>The transaction was rolled back, or broke before its commit.</summary>
    RolledBack,

    /// <summary>The commit was not answered.</summary>
    Unknown,
}

/// <summary>Represents a transaction that adds an order to the account book, and dispatches a run that books it.</summary>
/// <param name="Run">The run.</param>
/// <param name="End">How the transaction ended.</param>
/// <param name="BeganAt">When it began.</param>
/// <param name="EndedAt">When it ended, or was given up.</param>
internal sealed record Sale(RunId Run, SaleEnd End, DateTimeOffset BeganAt, DateTimeOffset EndedAt);

/// <summary>Represents an order in the account book.</summary>
internal sealed record Order(RunId Run, int From, int To, int Amount);

/// <summary>Represents a booking in the account book.</summary>
internal sealed record Booking(RunId Run, int Amount);

/// <summary>Stores what the client did, and what the account book contains in the end.</summary>
/// <param name="Sales">The transactions of the client.</param>
/// <param name="Orders">The orders.</param>
/// <param name="Bookings">The bookings.</param>
/// <param name="Balances">The balance of each account.</param>
/// <param name="Waiting">The number of dispatches that are still in the outbox.</param>
internal sealed record Book(IReadOnlyList<Sale> Sales, IReadOnlyList<Order> Orders, IReadOnlyList<Booking> Bookings,
    IReadOnlyDictionary<int, long> Balances, int Waiting);

/// <summary>Stores what is wrong with the account book, and how much was tested.</summary>
internal sealed record BookVerdict
{
    public static readonly BookVerdict None = new();

    /// <summary>Gets the number of orders in the book.</summary>
    public int Orders { get; init; }

    /// <summary>Gets the number of transactions that were rolled back.</summary>
    public int RolledBack { get; init; }

    /// <summary>Gets the number of attempts that found that their order was booked.</summary>
    public int Found { get; init; }

    /// <summary>Gets the number of orders without a booking.</summary>
    public int Unbooked { get; init; }

    /// <summary>Gets the number of orders that were booked more than once.</summary>
    public int BookedTwice { get; init; }

    /// <summary>Gets the number of runs that began though their order is not in the book.</summary>
    public int Stray { get; init; }

    /// <summary>Gets the number of orders and bookings that the database lost because it went back.</summary>
    public int Forgotten { get; init; }

    /// <summary>Gets one line for each broken promise.</summary>
    public IReadOnlyList<string> Findings { get; init; } = [];
}
