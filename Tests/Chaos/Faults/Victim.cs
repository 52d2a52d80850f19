namespace OrleansTasks.Chaos.Faults;

/// <summary>Specifies what a fault affects.</summary>
internal abstract record Victim
{
    private Victim()
    {
    }

    /// <summary>Represents one silo, by its number from 0.</summary>
    public sealed record Silo(int Number) : Victim
    {
        public override string ToString() => $"silo {Number}";
    }

    /// <summary>Represents all silos.</summary>
    public sealed record AllSilos : Victim
    {
        public override string ToString() => "all silos";
    }

    /// <summary>Represents the store's server.</summary>
    public sealed record Database : Victim
    {
        public override string ToString() => "the store";
    }

    /// <summary>Represents the web server, a client whose loss must not matter.</summary>
    public sealed record WebServer : Victim
    {
        public override string ToString() => "the web server";
    }
}
