using NodaTime;

namespace OrleansTasks.Ui;

/// <summary>How one person wants to see things: time zone, UTC or local, light or dark.</summary>
internal sealed class Viewer(TimeProvider time)
{
    /// <summary>The zone of the browser.</summary>
    public DateTimeZone Zone { get; private set; } = DateTimeZone.Utc;

    /// <summary>Whether times are shown in UTC and not in that zone.</summary>
    public bool InUtc { get; private set; }

    /// <summary><c>light</c>, <c>dark</c>, or <c>system</c> for what the browser says.</summary>
    public string Theme { get; private set; } = "system";

    /// <summary>Whether the colours are the dark ones.</summary>
    public bool IsDark { get; private set; }

    public bool IsKnown { get; private set; }

    public DateTimeOffset Now => time.GetUtcNow();

    public Clock Clock => new(InUtc ? DateTimeZone.Utc : Zone);

    public event Action? Changed;

    public void Take(BrowserFacts facts)
    {
        Zone = DateTimeZoneProviders.Tzdb.GetZoneOrNull(facts.Zone ?? "UTC") ?? DateTimeZone.Utc;
        InUtc = facts.Utc;
        Theme = facts.Theme ?? "system";
        IsDark = facts.Dark;
        IsKnown = true;
        Changed?.Invoke();
    }

    public void ShowUtc(bool utc)
    {
        InUtc = utc;
        Changed?.Invoke();
    }
}

/// <summary>What the browser says of itself.</summary>
/// <param name="Zone">Its time zone, an IANA id.</param>
/// <param name="Utc">Whether the person chose UTC before.</param>
/// <param name="Theme">The theme that the person chose before.</param>
/// <param name="Dark">Whether that comes to dark colours now.</param>
internal sealed record BrowserFacts(string? Zone, bool Utc, string? Theme, bool Dark);
