namespace OrleansTasks.Tasks;

/// <summary>Defines what a <see cref="Housekeeper"/> checks.</summary>
internal interface IKeptHouse
{
    /// <summary>Gets whether there is nothing to check.</summary>
    bool IsInOrder { get; }

    /// <summary>Gets whether something needs another check soon.</summary>
    bool IsUrgent { get; }

    /// <summary>Checks everything and does what can be done now.</summary>
    void LookAfter();
}
