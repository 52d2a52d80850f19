using Orleans.Storage;

namespace OrleansTasks.Simulation;

/// <summary>
/// Represents a defect that the engine does not have, and that is added around it for one history. The simulator must find it. The engine
/// knows nothing of it: a defect sits between the engine and the simulator's replacements for Orleans and storage.
/// </summary>
internal abstract class PlantedDefect
{
    private static readonly Dictionary<string, (string What, Func<PlantedDefect> Make)> Kinds = new(StringComparer.Ordinal)
    {
        ["early-acknowledgement"] = ("What is written to the journal is acknowledged before it is stored.",
            static () => new EarlyAcknowledgement()),
        ["early-dispatch"] = ("A run that is to begin later is stored as due sooner.", static () => new EarlyDispatch()),
        ["early-gap"] = ("A history says that it is final beyond what it knows.", static () => new EarlyGap()),
        ["early-release"] = ("A run is forgotten before its result is in the history.", static () => new EarlyRelease()),
        ["followed-twice"] = ("A run that follows another one is stored twice.", static () => new FollowedTwice(ofBatches: false)),
        ["followed-twice-batch"] = ("The run that follows a batch is stored twice.", static () => new FollowedTwice(ofBatches: true)),
        ["forgotten-call-off"] = ("That a run is called off is not stored.", static () => new ForgottenCallOff()),
        ["forgotten-checkpoint"] = ("What a handler saves is acknowledged and not stored.", static () => new ForgottenCheckpoint()),
        ["forgotten-claim"] = ("An occurrence is not noted before it begins.", static () => new ForgottenClaim()),
        ["forgotten-start"] = ("An attempt of a run that may not be repeated is not noted before it begins.",
            static () => new ForgottenStart()),
        ["lost-report"] = ("What a run on another silo came to is taken and forgotten.", static () => new LostReport()),
        ["lost-timer"] = ("The timers of a task are lost when it leaves its silo.", static () => new LostTimer()),
        ["missing-seal"] = ("A new owner does not seal the journal.", static () => new MissingSeal()),
        ["number-twice"] = ("Sequence numbers are not set apart before they are used.", static () => new NumberTwice()),
        ["place-twice"] = ("A place in a group that was given to a run is given to the next one too.", static () => new PlaceTwice()),
        ["short-pause"] = ("A pause ends by itself.", static () => new ShortPause()),
        ["unasked-orphans"] = ("Silos do not say which runs they have.", static () => new UnaskedOrphans()),
        ["unchecked-saver"] = ("An attempt that was replaced is told that what it saves is stored.", static () => new UncheckedSaver()),
        ["uncounted-runs"] = ("A group that moves does not hear which runs have places.", static () => new UncountedRuns()),
        ["unchecked-epoch"] = ("The partition does not look whose calls it takes.", static () => new UncheckedEpoch()),
    };

    public static IReadOnlyCollection<string> Names => Kinds.Keys;

    /// <summary>Creates a defect by its name, for one history.</summary>
    public static PlantedDefect? Of(string? name) => name is null ? null : Kinds[name].Make();

    /// <summary>Returns a sentence that describes a defect.</summary>
    public static string WhatIs(string name) => Kinds[name].What;

    /// <summary>Wraps the storage of a silo.</summary>
    public virtual IGrainStorage Around(IGrainStorage storage, World world, SimSilo silo) => storage;

    /// <summary>Executes a call that has arrived on its target.</summary>
    public virtual Task Answer(PendingCall call, object target) => call.Invoke(target);

    /// <summary>Returns whether the timers of an activation do nothing.</summary>
    /// <param name="target">The grain.</param>
    /// <param name="earlier">The number of earlier activations of the grain.</param>
    public virtual bool LosesTimers(string target, int earlier) => false;
}
