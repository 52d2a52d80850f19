using NodaTime;

namespace OrleansTasks.Ui;

/// <summary>Stores one user's display settings: time zone, UTC or local time, and theme.</summary>
internal sealed class Viewer(TimeProvider time)
{
    /// <summary>Gets the browser's time zone.</summary>
    public DateTimeZone Zone { get; private set; } = DateTimeZone.Utc;

    /// <summary>Gets a value indicating whether times are displayed in UTC instead of the browser's time zone.</summary>
    public bool InUtc { get; private set; }

    /// <summary>Gets the theme: <c>light</c>, <c>dark</c>, or <c>system</c> to follow the browser.</summary>
    public string Theme { get; private set; } = "system";

    /// <summary>Gets a value indicating whether the dark colors are in use.</summary>
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

/// <summary>Represents the settings that the browser reports.</summary>
/// <param name="Zone">The browser's time zone, an IANA id.</param>
/// <param name="Utc">Whether the user chose UTC earlier.</param>
/// <param name="Theme">The theme that the user chose earlier.</param>
/// <param name="Dark">Whether the theme currently results in dark colors.</param>
internal sealed record BrowserFacts(string? Zone, bool Utc, string? Theme, bool Dark);
