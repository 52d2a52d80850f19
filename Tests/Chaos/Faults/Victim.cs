namespace OrleansTasks.Chaos.Faults;

/// <summary>Whom a fault strikes.</summary>
internal abstract record Victim
{
    private Victim()
    {
    }

    /// <summary>One silo, by its number from 0.</summary>
    public sealed record Silo(int Number) : Victim
    {
        public override string ToString() => $"silo {Number}";
    }

    /// <summary>Every silo.</summary>
    public sealed record AllSilos : Victim
    {
        public override string ToString() => "all silos";
    }

    /// <summary>The server of the store.</summary>
    public sealed record Database : Victim
    {
        public override string ToString() => "the store";
    }

    /// <summary>The web server, a client that nobody should miss.</summary>
    public sealed record WebServer : Victim
    {
        public override string ToString() => "the web server";
    }
}
