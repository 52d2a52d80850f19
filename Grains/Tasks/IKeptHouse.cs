namespace OrleansTasks.Tasks;

/// <summary>What a <see cref="Housekeeper"/> looks after.</summary>
internal interface IKeptHouse
{
    /// <summary>Whether nothing has to be looked after.</summary>
    bool IsInOrder { get; }

    /// <summary>Whether something is to be looked after soon again.</summary>
    bool IsUrgent { get; }

    /// <summary>Does what can be done now.</summary>
    void LookAfter();
}
