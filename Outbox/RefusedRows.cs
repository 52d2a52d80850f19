namespace OrleansTasks;

/// <summary>Specifies what a dispatch that was refused for good means for later ones of its key.</summary>
public enum RefusedRows
{
    /// <summary>Later dispatches of the key are handed over.</summary>
    Pass,

    /// <summary>Later dispatches of the key wait until somebody retries or discards the refused one.</summary>
    Block,
}
